import { CodedError } from '@cowatch/shared/protocol';
import type { EventBus } from '../../platform/events/event-bus.ts';
import type { Logger } from '../../platform/log/log.ts';
import type { ViewerData } from '../../platform/viewer-data.ts';
import { MERGE_LEASE_MS, MERGE_PAUSE_MS, MERGE_SETTLES_MS, UNDO_MS } from '../accounts.limits.ts';
import type { ViewerMergePhase } from '../accounts.schema.ts';
import type { RevokedTokens } from '../tokens/revoked-tokens.ts';
import { isMergedInto, type ViewerMerge, type ViewerMergeProgress, type ViewerMergesStore } from './viewer-merges.store.ts';

declare module '../../platform/events/event-bus.ts' {
  interface EventMap {
    /** A guest is an account's from now on; what features keep of them follows. Emitted again where the merge is repeated. */
    'viewer.merged': { readonly guestId: string; readonly viewerId: string };
  }
}

export interface ViewerMergesDeps {
  readonly store: ViewerMergesStore;
  readonly revoked: Pick<RevokedTokens, 'revoke' | 'restore'>;
  readonly log: Logger;
  readonly events: Pick<EventBus, 'emit'>;
  /** What features keep of viewers. */
  readonly viewerData: readonly ViewerData[];
  /** Something is due: called whenever a job begins. */
  onDue(): void;
}

/** What is left to do once a page was the last one of its phase. */
const AFTER: Partial<Record<ViewerMergePhase, ViewerMergePhase>> = { moving: 'settling', settling: 'brought' };

/**
 * Viewer merges: jobs in the database that move what guests kept into an account, take it out again, or erase it, a page
 * at a time, by the instance that has leased one. Every step is idempotent; a process that dies costs no more than its lease.
 */
export class ViewerMerges {
  readonly #deps: ViewerMergesDeps;

  constructor(deps: ViewerMergesDeps) {
    this.#deps = deps;
  }

  /** Says beforehand what `bring` would. @throws CodedError `conflict` where the guest is another account's */
  async assertFree(guestId: string, toViewerId: string): Promise<void> {
    if (await this.#deps.store.isTaken(guestId, toViewerId)) throw taken();
  }

  /**
   * Begins to bring everything of a guest to an account. Harmless to repeat.
   * @throws CodedError `conflict` where the guest is another account's; `unauthenticated` where there is no such account
   */
  async bring(guestId: string, toViewerId: string, nowMs: number): Promise<void> {
    const total = (await this.outline(guestId)).titles;
    const merge = await this.#deps.store.bring({ guestId, toViewerId, total }, nowMs);
    if (!isMergedInto(merge, toViewerId)) throw taken();
    await this.#deps.revoked.revoke([guestId]);
    this.#deps.events.emit('viewer.merged', { guestId, viewerId: toViewerId });
    this.#deps.onDue();
  }

  /**
   * Begins to take a guest out of an account again. Harmless to repeat.
   * @throws CodedError `not_found` where they are not in it, or it is too late
   */
  async undo(guestId: string, toViewerId: string): Promise<void> {
    const merge = await this.#deps.store.undo(guestId, toViewerId);
    if (merge === null) throw new CodedError('not_found', 'There is nothing to undo here, or not any more.');
    this.#deps.onDue();
  }

  /** Leaves nothing of a guest. */
  async leave(viewerId: string, nowMs: number): Promise<void> {
    await this.#deps.store.leave(viewerId, nowMs);
    await this.#deps.revoked.revoke([viewerId]);
    await this.#eraseNow([viewerId], nowMs);
  }

  /** Leaves nothing of an account, nor of the guests in it. */
  async removeUser(userId: string, viewerId: string, nowMs: number): Promise<void> {
    const { store, revoked } = this.#deps;
    const { deviceIds, left, restored } = await store.removeUser(userId, viewerId, nowMs);
    await revoked.revoke([...deviceIds, ...left.filter((id) => id !== viewerId)]);
    await revoked.restore(restored);
    await this.#eraseNow(left, nowMs);
  }

  /** How much there is of a viewer. @throws CodedError `unavailable` */
  async outline(viewerId: string) {
    const outlines = await Promise.all(this.#deps.viewerData.flatMap((data) => data.outline?.(viewerId) ?? []));
    const titles = outlines.reduce((sum, outline) => sum + outline.titles, 0);
    return { titles, last: outlines.find(({ last }) => last !== null)?.last ?? null };
  }

  /** One page of what is due first; false where nothing is. What fails is tried again once its lease has run out. */
  async step(nowMs: number): Promise<boolean> {
    const merge = await this.#deps.store.take(nowMs, nowMs + MERGE_LEASE_MS);
    if (merge === null) return false;
    try {
      await this.#carryOn(merge, nowMs);
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'a step of a viewer merge failed; it is tried again');
    }
    return true;
  }

  async #carryOn(merge: ViewerMerge, nowMs: number): Promise<void> {
    const { store, revoked } = this.#deps;
    const { viewerId, toViewerId, phase, atMs } = merge;
    if (toViewerId === null || phase === 'brought') {
      await this.#erase(viewerId, nowMs);
      const done = { phase: toViewerId === null ? ('gone' as const) : ('kept' as const), cursor: null, dueAtMs: null };
      return store.advance(merge, { ...merge, ...done });
    }
    const page = await this.#page(merge, toViewerId, nowMs);
    if (page.cursor !== null) return store.advance(merge, page);
    if (phase === 'undoing') {
      if (await store.undone(merge, nowMs)) await revoked.restore([viewerId]);
      return;
    }
    const next = AFTER[phase] ?? phase;
    const dueAtMs = Math.max(nowMs, atMs + (next === 'settling' ? MERGE_SETTLES_MS : UNDO_MS));
    await store.advance(merge, { ...page, phase: next, dueAtMs: Math.ceil(dueAtMs) });
  }

  /** The next page of what features keep: of the first feature, then of the next one. */
  async #page(merge: ViewerMerge, toViewerId: string, nowMs: number): Promise<ViewerMergeProgress> {
    const { viewerId, phase, cursor } = merge;
    const [at = 0, within = null] = cursor === null ? [] : (JSON.parse(cursor) as [number, string | null]);
    const kept = this.#deps.viewerData;
    const data = kept[at];
    const move = { fromViewerId: viewerId, toViewerId, cursor: within };
    const page = await (phase === 'undoing' ? data?.undo(move, nowMs) : data?.move(move, nowMs));
    const next = page?.cursor ?? null;
    const left = next !== null || at + 1 < kept.length;
    const moved = phase === 'settling' ? merge.moved : merge.moved + (page?.titles ?? 0);
    return {
      phase,
      moved,
      dueAtMs: Math.ceil(nowMs) + MERGE_PAUSE_MS,
      cursor: left ? JSON.stringify(next === null ? [at + 1, null] : [at, next]) : null,
    };
  }

  /** Erases at once what there is; what is on its way is erased, and what fails tried again, by the job. */
  async #eraseNow(viewerIds: readonly string[], nowMs: number): Promise<void> {
    for (const viewerId of viewerIds) {
      await this.#erase(viewerId, nowMs).catch((error) => {
        this.#deps.log.warn({ err: error }, 'the data of a viewer could not be erased at once; the job tries again');
      });
    }
  }

  async #erase(viewerId: string, nowMs: number): Promise<void> {
    for (const data of this.#deps.viewerData) await data.erase(viewerId, nowMs);
  }
}

const taken = () => new CodedError('conflict', 'What was watched here belongs to somebody else already.');
