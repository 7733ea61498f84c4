import type { ChatItem } from '@cowatch/shared/client';

export type LineItem = Extract<ChatItem, { readonly kind: 'line' }>;
export type PendingItem = Extract<ChatItem, { readonly kind: 'pending' }>;
export type SystemItem = Extract<ChatItem, { readonly kind: 'system' }>;
/** A line of somebody, on its way or there. */
export type SaidItem = LineItem | PendingItem;

/** What stands below each other in a chat. */
export type ChatRow =
  | { readonly kind: 'day'; readonly key: string; readonly atMs: number }
  /** Another video from here on. */
  | { readonly kind: 'film'; readonly key: string; readonly mediaId: string }
  | Extract<ChatItem, { readonly kind: 'gap' | 'more' }>
  /** `earlierFilm`: another video has come since; its moments are none of what plays now. */
  | { readonly kind: 'system'; readonly key: string; readonly item: SystemItem; readonly earlierFilm: boolean }
  /** Lines of one person within a minute; own ones may be on their way. */
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly atMs: number;
      readonly own: boolean;
      readonly lines: readonly [SaidItem, ...SaidItem[]];
    };

/** Lines of one person this close together stand under one name, in milliseconds. */
export const GROUP_MS = 60_000;

/** The same before and after the server has it. Ids of others are theirs to choose, and no keys here. */
export const keyOf = (item: SaidItem): string => (item.kind === 'line' && item.own ? item.line.opId : item.key);
export const atMsOf = (item: SaidItem): number => (item.kind === 'line' ? item.line.atMs : item.atMs);
const isOwn = (item: SaidItem): boolean => item.kind === 'pending' || item.own;

/** What stands below each other: lines grouped by person and minute, between them days and videos. */
export function rowsOf(items: readonly ChatItem[]): readonly ChatRow[] {
  const rows: Draft[] = [];
  const lastFilm = items.findLastIndex((item) => item.kind === 'system' && item.note.what === 'loaded');
  let day: string | null = null;
  let mediaId: string | null = null;
  const separateDays = (atMs: number) => {
    const next = new Date(atMs).toDateString();
    if (day !== null && day !== next) rows.push({ kind: 'day', key: `day ${next}`, atMs });
    day = next;
  };
  for (const [index, item] of items.entries()) {
    switch (item.kind) {
      case 'gap':
      case 'more':
        rows.push(item);
        break;
      case 'system':
        separateDays(item.atMs);
        // It says itself that there is another video.
        if (item.note.what === 'loaded') mediaId = null;
        if (isOver(rows.at(-1), item)) rows.pop();
        rows.push({ kind: 'system', key: item.key, item, earlierFilm: index < lastFilm });
        break;
      case 'line':
      case 'pending':
        separateDays(atMsOf(item));
        if (item.kind === 'line') {
          if (mediaId !== null && mediaId !== item.line.mediaId)
            rows.push({ kind: 'film', key: `film ${item.key}`, mediaId: item.line.mediaId });
          mediaId = item.line.mediaId;
        }
        addSaid(rows, item);
    }
  }
  return rows;
}

/** Of playing, pausing and speeds with nothing said in between only the last is told: the others are over. */
function isOver(before: Draft | undefined, item: SystemItem): boolean {
  return before?.kind === 'system' && STANDS.has(before.item.note.what) && STANDS.has(item.note.what);
}

const STANDS: ReadonlySet<SystemItem['note']['what']> = new Set(['played', 'paused', 'rate']);

type Draft =
  | Exclude<ChatRow, { readonly kind: 'group' }>
  | (Omit<Extract<ChatRow, { readonly kind: 'group' }>, 'lines'> & { readonly lines: [SaidItem, ...SaidItem[]] });

function addSaid(rows: Draft[], item: SaidItem): void {
  const last = rows.at(-1);
  if (last?.kind === 'group' && isSameBreath(last, item)) last.lines.push(item);
  else rows.push({ kind: 'group', key: keyOf(item), atMs: atMsOf(item), own: isOwn(item), lines: [item] });
}

function isSameBreath({ atMs, own, lines: [first] }: Extract<Draft, { readonly kind: 'group' }>, item: SaidItem): boolean {
  if (atMsOf(item) - atMs >= GROUP_MS || own !== isOwn(item)) return false;
  // Who changed their name or look stands under the new one.
  if (first.kind === 'pending' || item.kind === 'pending') return own;
  return first.line.memberId === item.line.memberId && first.line.name === item.line.name;
}
