import type { QueueViewItem, SessionClient } from '@cowatch/shared/client';
import { type ChangeOver, changeOverOf } from './change-over.ts';

/** What comes next, and how near it is. */
export interface UpNext {
  readonly item: QueueViewItem;
  readonly change: ChangeOver;
}

/**
 * A next video that is another all of a sudden is mostly the one before being put on: the queue and what is on are told of
 * one after the other. It is told of when it has been so for this long, in milliseconds, or something else is on.
 */
const SETTLED_AFTER_MS = 1000;

/** Watches what is up next in a party: says what it is now, and holds on to it while it is being put on. */
export class UpNextWatch {
  readonly #session: Pick<SessionClient, 'queue' | 'state' | 'targetPositionS'>;
  #item: QueueViewItem | null = null;
  #mediaId: string | null = null;
  #otherSinceMs: number | null = null;
  #known: UpNext | null = null;

  constructor(session: Pick<SessionClient, 'queue' | 'state' | 'targetPositionS'>) {
    this.#session = session;
  }

  /** The same object until something of it changes; null while nothing is up next. @param nowMs monotonic */
  look(nowMs: number): UpNext | null {
    const { playback, sync } = this.#session.state;
    const { items, auto, stay } = this.#session.queue.view;
    const positionS = this.#session.targetPositionS();
    const item = this.#settle(items[0] ?? null, playback?.media.id ?? null, nowMs);
    if (item === null || playback === null || positionS === null) this.#known = null;
    else {
      const change = changeOverOf({ playback, positionS, ended: sync.phase === 'ended', auto, stay });
      if (!isSame(this.#known, { item, change })) this.#known = { item, change };
    }
    return this.#known;
  }

  #settle(first: QueueViewItem | null, mediaId: string | null, nowMs: number): QueueViewItem | null {
    const before = this.#item;
    const isOther = before !== null && before.itemId !== first?.itemId && this.#mediaId === mediaId;
    if (isOther) this.#otherSinceMs ??= nowMs;
    else this.#otherSinceMs = null;
    if (this.#otherSinceMs !== null && nowMs - this.#otherSinceMs < SETTLED_AFTER_MS) return before;
    this.#otherSinceMs = null;
    this.#item = first;
    this.#mediaId = mediaId;
    return first;
  }
}

function isSame(a: UpNext | null, b: UpNext): boolean {
  if (a === null || a.item.itemId !== b.item.itemId || a.item.media !== b.item.media || a.item.positionS !== b.item.positionS) return false;
  const leftOf = (change: ChangeOver) => ('leftS' in change ? change.leftS : null);
  return a.change.kind === b.change.kind && a.change.prepare === b.change.prepare && leftOf(a.change) === leftOf(b.change);
}
