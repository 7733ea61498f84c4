import { cutText, LOOK_COLOURS, LOOK_EMOJI, type Look, NAME_MAX_CHARS } from '@cowatch/shared/protocol';
import { LRUCache } from 'lru-cache';
import unhomoglyph from 'unhomoglyph';

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
 *
 * @param hostNames names that nobody may seem to have, for who is no host
 */
export function faceAmong(memberId: string, wish: FaceWish, others: Iterable<Face>, hostNames: readonly string[] = []): Face {
  const hosts = new Set(hostNames.map(seenAs));
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
    name: freeName(wish.name, (name) => names.has(readAs(name)) || (hosts.size > 0 && hosts.has(seenAs(name)))),
    look: wish.look === undefined ? ownLook(memberId, colours, emoji) : freeLook(wish.look, looks, colours),
  };
}

/** Does this name, or what stands before the number behind it, look like one of these? */
export function seemsOneOf(name: string, hostNames: readonly string[]): boolean {
  if (hostNames.length === 0) return false;
  const seen = new Set([seenAs(name), seenAs(name.replace(/ \d+$/, ''))]);
  return hostNames.some((host) => seen.has(seenAs(host)));
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

/** Skeletons that were made lately: names are compared with those of hosts again and again. Bound: 5,000. */
const skeletons = new LRUCache<string, string>({ max: 5000 });

/** What a name looks like at a glance, in whatever letters: its skeleton (UTS #39, section 4), read as above. */
function seenAs(name: string): string {
  const known = skeletons.get(name);
  if (known !== undefined) return known;
  // Once before and once after letters are of one case: some only look alike in one of them.
  const seen = readAs(unhomoglyph(readAs(unhomoglyph(name))));
  skeletons.set(name, seen);
  return seen;
}

function freeName(name: string, isTaken: (name: string) => boolean): string {
  let free = name;
  for (let n = 2; isTaken(free); n += 1) free = `${cutText(name, NAME_MAX_CHARS - ` ${n}`.length)} ${n}`;
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
