import type { SessionNotice } from '@cowatch/shared/client';
import { type ProtocolError, RESTORE_MEDIA_MS, type ReplacedMedia } from '@cowatch/shared/protocol';
import type { RoleNews } from './role-news.ts';

/** What a chip over the video tells. */
export type ChipContent =
  | { readonly kind: 'played' | 'paused' | 'restored'; readonly name: string; readonly own: boolean }
  /** `replaced`: what was on before, for as long as that can be brought back. */
  | { readonly kind: 'loaded'; readonly name: string; readonly own: boolean; readonly replaced: ReplacedMedia | null }
  | {
      readonly kind: 'jumped';
      readonly name: string;
      readonly own: boolean;
      readonly positionS: number;
      readonly fromPositionS: number;
    }
  /** Somebody took a jump back. */
  | { readonly kind: 'undone'; readonly name: string }
  | { readonly kind: 'rate'; readonly name: string; readonly rate: number }
  | { readonly kind: 'joined' | 'left'; readonly names: readonly string[] }
  | { readonly kind: 'kept' }
  /** They slept, or their machine did, and the party went on. */
  | { readonly kind: 'back'; readonly positionS: number }
  | { readonly kind: 'refused'; readonly error: Pick<ProtocolError, 'code' | 'reason'> }
  | RoleNews;

/** What the page tells of itself. */
type OwnNews = Extract<ChipContent, { kind: 'back' }> | RoleNews;

export interface Chip {
  readonly id: number;
  readonly content: ChipContent;
  /** On the clock of `nowMs`. */
  readonly endsAtMs: number;
}

export const CHIP_MS = 4000;
/** How long a jump can be undone. */
export const UNDO_MS = 8000;
/** A jump that lands this near to where another began takes that one back, in seconds: positions travel as fractions. */
const SAME_PLACE_S = 0.05;
/** More would hide the picture: the oldest go, and before them the oldest that tell of nothing that can be undone. */
const MAX_CHIPS = 3;

/**
 * The chips after something happened. One story is told once, and what is over is told no more: joins add up, a person who
 * left did not just join, the newest of play, pause and speed replaces the one before even where one did that oneself, jumps of
 * one person become one that can be undone to where the first began, and only the last jump can be undone: after another
 * one, or in another video, the way back leads somewhere else.
 * What one did oneself needs no telling, unless it can be undone.
 *
 * @param id a number never used for a chip before
 */
export function addNotice(chips: readonly Chip[], notice: SessionNotice | OwnNews, nowMs: number, id: number): readonly Chip[] {
  const alive = dropEnded(chips, nowMs);
  const undone = undoneBy(alive, notice);
  const standing = alive.flatMap((chip) => stillTold(chip, notice, undone));
  const content = undone ? contentOfUndo(notice) : contentOf(notice);
  if (!content) return standing;
  const earlier = standing.find((chip) => tellsTheSame(chip.content, content));
  const merged = earlier ? merge(earlier.content, content) : content;
  const endsAtMs = nowMs + lifeOf(merged);
  const rest = standing.filter((chip) => chip !== earlier);
  // A chip that only grows keeps its identity, so that it does not move under a finger.
  return newest([...rest, { id: earlier?.id ?? id, content: merged, endsAtMs }]);
}

function newest(chips: readonly Chip[]): readonly Chip[] {
  if (chips.length <= MAX_CHIPS) return chips;
  const goes = chips.find(({ content }) => !isUndoable(content)) ?? chips[0];
  return newest(chips.filter((chip) => chip !== goes));
}

const isUndoable = (content: ChipContent) => content.kind === 'jumped' || (content.kind === 'loaded' && content.replaced !== null);

/** How long a chip stands, in milliseconds: as long as what it tells can be undone, and what concerns oneself long enough to be read. */
function lifeOf(content: ChipContent): number {
  if (content.kind === 'loaded' && content.replaced !== null) return RESTORE_MEDIA_MS;
  return content.kind === 'jumped' || LASTING.has(content.kind) ? UNDO_MS : CHIP_MS;
}

const LASTING = new Set<ChipContent['kind']>(['acting', 'ownerBack', 'newOwner', 'madeHost', 'notHost', 'muted', 'unmuted', 'timeOutOver']);

/** The chip of the jump that a later one of anybody takes back: by its button, or by going back there. */
function undoneBy(chips: readonly Chip[], notice: SessionNotice | OwnNews): Chip | undefined {
  if (notice.kind !== 'jumped') return undefined;
  return chips.find(({ content }) => content.kind === 'jumped' && Math.abs(content.fromPositionS - notice.positionS) < SAME_PLACE_S);
}

/** What of an earlier chip is still so after something happened: all of it, a part, or nothing. */
function stillTold(chip: Chip, notice: SessionNotice | OwnNews, undone: Chip | undefined): readonly Chip[] {
  const { content } = chip;
  switch (notice.kind) {
    case 'played':
    case 'paused':
    case 'rate':
      return notice.own && PLAYBACK.has(content.kind) ? [] : [chip];
    case 'loaded':
    case 'restored':
      return ABOUT_MEDIUM.has(content.kind) || PLAYBACK.has(content.kind) ? [] : [chip];
    case 'jumped':
      if (content.kind === 'undone') return [];
      return content.kind === 'jumped' && (chip === undone || !isBySame(content, notice)) ? [] : [chip];
    case 'joined':
    case 'left': {
      if ((content.kind !== 'joined' && content.kind !== 'left') || content.kind === notice.kind) return [chip];
      const names = content.names.filter((name) => !notice.names.includes(name));
      return names.length === 0 ? [] : [{ ...chip, content: { kind: content.kind, names } }];
    }
    default:
      return [chip];
  }
}

/** The chip of an undone jump, but for the person who undid it: they have seen it. */
function contentOfUndo(notice: SessionNotice | OwnNews): ChipContent | null {
  return notice.kind === 'jumped' && !notice.own ? { kind: 'undone', name: notice.name } : null;
}

function isBySame(a: { readonly own: boolean; readonly name: string }, b: typeof a): boolean {
  return a.own === b.own && a.name === b.name;
}

/** The chips whose time is not over; the same array where none has ended. */
export function dropEnded(chips: readonly Chip[], nowMs: number): readonly Chip[] {
  return chips.every((chip) => chip.endsAtMs > nowMs) ? chips : chips.filter((chip) => chip.endsAtMs > nowMs);
}

function contentOf(notice: SessionNotice | OwnNews): ChipContent | null {
  switch (notice.kind) {
    case 'played':
    case 'paused':
      return notice.own ? null : notice;
    case 'rate':
      return notice.own ? null : { kind: 'rate', name: notice.name, rate: notice.rate };
    case 'restored':
      return notice.own ? null : notice;
    case 'refused':
      return { kind: 'refused', error: notice.error };
    case 'joined':
    case 'left':
      return notice.names.length > 0 ? notice : null;
    default:
      return notice;
  }
}

/** What was said of another medium than the one that is on now. */
const ABOUT_MEDIUM = new Set<ChipContent['kind']>(['jumped', 'undone', 'loaded', 'restored']);

const PLAYBACK = new Set<ChipContent['kind']>(['played', 'paused', 'rate']);

function tellsTheSame(a: ChipContent, b: ChipContent): boolean {
  if (PLAYBACK.has(a.kind) && PLAYBACK.has(b.kind)) return true;
  if (a.kind === 'jumped' && b.kind === 'jumped') return isBySame(a, b);
  return a.kind === b.kind;
}

function merge(earlier: ChipContent, later: ChipContent): ChipContent {
  if (earlier.kind === 'jumped' && later.kind === 'jumped') return { ...later, fromPositionS: earlier.fromPositionS };
  if ((earlier.kind === 'joined' || earlier.kind === 'left') && later.kind === earlier.kind) {
    return { kind: later.kind, names: [...new Set([...earlier.names, ...later.names])] };
  }
  return later;
}
