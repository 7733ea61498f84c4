import { cutText, LOOK_COLOURS, LOOK_EMOJI, type Look, NAME_MAX_CHARS } from '@cowatch/shared/protocol';

/** What somebody asks to be to others. */
export interface FaceWish {
  readonly name: string;
  /** Absent where they choose none. */
  readonly look?: Look | undefined;
}

/** What somebody is to others: different from everybody else in a party that is not large. */
export interface Face {
  readonly name: string;
  readonly look: Look;
}

/**
 * The face that somebody gets among these others. A name that is taken, as people read it, gets a number behind it; where no look is chosen, colour and emoji come from the member id, and go on to the next that nobody has. A look
 * that is chosen keeps its emoji.
 */
export function faceAmong(memberId: string, wish: FaceWish, others: Iterable<Face>): Face {
  const names = new Set<string>();
  const colours = new Set<number>();
  const emoji = new Set<string>();
  const looks = new Set<string>();
  for (const { name, look } of others) {
    names.add(readAs(name));
    colours.add(look.colour);
    emoji.add(look.emoji);
    looks.add(keyOf(look));
  }
  return {
    name: freeName(wish.name, names),
    look: wish.look === undefined ? ownLook(memberId, colours, emoji) : freeLook(wish.look, looks, colours),
  };
}

/** Would people take one for the other? */
export const looksLike = (a: Face, b: Face): boolean => readAs(a.name) === readAs(b.name) || keyOf(a.look) === keyOf(b.look);

const keyOf = ({ colour, emoji }: Look) => `${colour} ${emoji}`;

/**
 * What people read of a name: without what they do not see (joiners, soft hyphens, tags, several spaces), in letters of one
 * case and width. Letters of other scripts that look the same stay others.
 */
const readAs = (name: string) =>
  name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toUpperCase()
    .toLowerCase();

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let n = 2; taken.has(readAs(free)); n += 1) free = `${cutText(name, NAME_MAX_CHARS - ` ${n}`.length)} ${n}`;
  return free;
}

function ownLook(memberId: string, colours: ReadonlySet<number>, emoji: ReadonlySet<string>): Look {
  const hash = hashOf(memberId);
  const at = (n: number) => LOOK_EMOJI[n % LOOK_EMOJI.length] ?? '';
  return {
    colour: firstFree(LOOK_COLOURS, (n) => (hash + n) % LOOK_COLOURS, colours),
    emoji: firstFree(LOOK_EMOJI.length, (n) => at(Math.floor(hash / LOOK_COLOURS) + n), emoji),
  };
}

function freeLook(look: Look, looks: ReadonlySet<string>, colours: ReadonlySet<number>): Look {
  if (!looks.has(keyOf(look))) return look;
  const nth = (n: number) => (look.colour + n) % LOOK_COLOURS;
  const unused = firstFree(LOOK_COLOURS, nth, colours);
  const worn = new Set(
    Array.from({ length: LOOK_COLOURS }, (_, colour) => colour).filter((colour) => looks.has(keyOf({ ...look, colour }))),
  );
  const colour = worn.has(unused) ? firstFree(LOOK_COLOURS, nth, worn) : unused;
  return { ...look, colour };
}

/** The first of so many that is not taken; where all are, the first. */
function firstFree<T>(count: number, nth: (n: number) => T, taken: ReadonlySet<T>): T {
  for (let n = 0; n < count; n += 1) if (!taken.has(nth(n))) return nth(n);
  return nth(0);
}

/** FNV-1a, 32 bits: spreads ids that differ in one character. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
