import { contentIdOf } from '../../media/content-id.ts';
import { parseMediaUrl } from '../../media/media-url.ts';
import type { Media, QueueCommand, QueueItem, QueueMedia, QueuePlace } from '../../protocol/index.ts';
import { queueItemId } from '../../queue/item-id.ts';
import type { QueueViewItem } from './queue-client.types.ts';
import type { ConfirmedQueue } from './queue-replica.ts';

type WithoutEnvelope<T> = T extends unknown ? Omit<T, 'sessionId' | 'opId' | 'issuedAtMs'> : never;

/** What a command wants, without what the sender puts around it. */
export type QueueBody = WithoutEnvelope<QueueCommand>;

/** A command on its way, or answered while its change is still to come. */
export interface PendingOp {
  readonly opId: string;
  readonly body: QueueBody;
  /** Cluster milliseconds. */
  readonly issuedAtMs: number;
  /** The version that shows it; null until it is answered. */
  shownBy: number | null;
}

export interface OwnPerson {
  readonly sessionId: string;
  readonly memberId: string;
  readonly name: string;
}

/** The items of a queue with the commands that are on their way done to them. */
export function itemsWith(queue: ConfirmedQueue, pending: readonly PendingOp[], own: OwnPerson | null): readonly QueueViewItem[] {
  let items: QueueViewItem[] = queue.items.map((item) => ({
    ...item,
    own: item.addedBy.memberId === own?.memberId,
    voted: queue.voted.has(item.itemId),
    pending: null,
  }));
  for (const op of pending) items = itemsAfterOp(items, op, queue, own);
  return items;
}

function itemsAfterOp(items: QueueViewItem[], op: PendingOp, { status }: ConfirmedQueue, own: OwnPerson | null): QueueViewItem[] {
  const { body } = op;
  switch (body.kind) {
    case 'add': {
      if (own === null) return items;
      const added = body.items.map((item, index) => expected(item, index, op, own));
      const fresh = added.filter(({ itemId }) => !items.some((one) => one.itemId === itemId));
      return put(items, fresh, status.mode === 'votes' ? 'last' : (body.place ?? 'last'));
    }
    case 'move': {
      const item = items.find((one) => one.itemId === body.itemId);
      if (item === undefined || status.mode === 'votes') return items;
      const others = items.filter((one) => one !== item);
      return put(others, [{ ...item, pending: 'move' }], body.place);
    }
    case 'remove':
    case 'play-now':
      return items.filter((one) => one.itemId !== body.itemId);
    case 'next':
      return items.slice(1);
    case 'clear':
      return [];
    case 'vote':
      return items.map((one) =>
        one.itemId !== body.itemId || one.voted === body.on
          ? one
          : { ...one, voted: body.on, votes: Math.max(0, one.votes + (body.on ? 1 : -1)), pending: 'vote' },
      );
    default:
      return items;
  }
}

function put(items: readonly QueueViewItem[], added: readonly QueueViewItem[], place: QueuePlace): QueueViewItem[] {
  if (place === 'first') return [...added, ...items];
  const index = place === 'last' ? -1 : items.findIndex((one) => one.itemId === place.after);
  return index === -1 ? [...items, ...added] : [...items.slice(0, index + 1), ...added, ...items.slice(index + 1)];
}

/** What the server will make of what is added, as far as it can be told here. */
function expected({ media, title }: QueueMedia, index: number, { opId, issuedAtMs }: PendingOp, own: OwnPerson): QueueViewItem {
  const { sessionId, memberId, name } = own;
  const item: QueueItem = {
    itemId: queueItemId(sessionId, memberId, opId, index),
    ...expectedMedia(media, title ?? null),
    addedBy: { memberId, name },
    addedAtMs: issuedAtMs,
    votes: 0,
  };
  return { ...item, own: true, voted: false, pending: 'add' };
}

function expectedMedia(ref: QueueMedia['media'], title: string | null): { readonly media: Media; readonly startS: number } {
  if ('titleId' in ref) return { media: { id: `title:${ref.titleId}`, url: '', kind: 'file', title, durationS: null }, startS: 0 };
  try {
    const parsed = parseMediaUrl(ref.url);
    return {
      media: { id: contentIdOf(parsed), url: parsed.url, kind: ref.kind ?? parsed.kind, title, durationS: null },
      startS: parsed.startS,
    };
  } catch {
    return { media: { id: ref.url, url: ref.url, kind: 'file', title, durationS: null }, startS: 0 };
  }
}
