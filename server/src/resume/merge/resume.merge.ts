import { CodedError, type GuestOutline } from '@cowatch/shared/protocol';
import { visibleRecord } from '@cowatch/shared/resume';
import type { MovedPage, ViewerMove } from '../../platform/viewer-data.ts';
import { entryOf, mediaOf } from '../resume.domain.ts';
import { MOVE_PAGE, MOVED_AT_ONCE, UNDO_ATTEMPTS } from '../resume.limits.ts';
import type { ResumeUpdates } from '../resume.updates.ts';
import type { ResumeStore, StoredTitle, TitleChange } from '../store/resume.store.ts';
import { type UndoCopy, undoCopyOf } from './resume.undo.domain.ts';
import type { UndoStore } from './resume.undo.store.ts';

export interface ResumeMergeDeps {
  readonly store: ResumeStore;
  readonly undo: UndoStore;
  readonly updates: ResumeUpdates;
  /** Writes changes of titles as their devices do. */
  apply(viewerId: string, changes: readonly TitleChange[], nowMs: number): Promise<unknown>;
}

/** Merge of what a guest watched into an account, and its undo. */
export class ResumeMerge {
  readonly #deps: ResumeMergeDeps;

  constructor(deps: ResumeMergeDeps) {
    this.#deps = deps;
  }

  async outline(viewerId: string): Promise<GuestOutline> {
    const { titles, last } = await this.#deps.store.outline(viewerId);
    return { titles, last: last === null ? null : { contentId: last.contentId, media: mediaOf(last.media) } };
  }

  /**
   * Writes a page of one viewer's titles once more, as another's: each is compared with what that one has, of which a copy
   * is kept for as long as the merge can be undone.
   */
  async movePage(move: ViewerMove, nowMs: number): Promise<MovedPage> {
    const { store, updates } = this.#deps;
    const { fromViewerId, toViewerId, cursor } = move;
    const page = await store.all(fromViewerId, cursor, MOVE_PAGE);
    const visible = page.filter((stored) => visibleRecord(stored, stored.clearedAtMs) !== null);
    // A few at a time: the saves of others come in between.
    for (let from = 0; from < visible.length; from += MOVED_AT_ONCE) {
      await this.#moveTitles(move, visible.slice(from, from + MOVED_AT_ONCE), nowMs);
    }
    const ids = page.map(({ contentId }) => contentId);
    if (ids.length > 0) await store.moveHistory(fromViewerId, toViewerId, ids);
    updates.rowChanged(toViewerId);
    return { cursor: page.length < MOVE_PAGE ? null : (ids.at(-1) ?? null), titles: visible.length };
  }

  async #moveTitles(move: ViewerMove, titles: readonly StoredTitle[], nowMs: number): Promise<void> {
    const { store, undo, apply } = this.#deps;
    const { toViewerId } = move;
    const ids = titles.map(({ contentId }) => contentId);
    const [current, copies] = await Promise.all([store.load(toViewerId, ids), undo.copies(move, ids)]);
    const earlier = new Map(copies.map((copy) => [copy.contentId, copy]));
    await undo.keep(
      move,
      titles.map((said) => undoCopyOf(earlier.get(said.contentId) ?? null, current.get(said.contentId) ?? null, said)),
    );
    await apply(
      toViewerId,
      titles.map(({ contentId, record, registers, media, put }) => ({
        viewerId: toViewerId,
        contentId,
        record,
        registers,
        media,
        put,
      })),
      nowMs,
    );
  }

  /** Undoes a page of a merge; what was written to a title since stays. */
  async undoPage(move: ViewerMove, nowMs: number): Promise<MovedPage> {
    const { store, undo, updates } = this.#deps;
    const { toViewerId, cursor } = move;
    const page = await undo.copies(move, { afterId: cursor ?? '', limit: MOVE_PAGE });
    for (let from = 0; from < page.length; from += MOVED_AT_ONCE) {
      await this.#takeBack(move, page.slice(from, from + MOVED_AT_ONCE));
    }
    const ids = page.map(({ contentId }) => contentId);
    const now = ids.length === 0 ? new Map<string, StoredTitle>() : await store.load(toViewerId, ids);
    for (const id of ids) {
      const stored = now.get(id);
      updates.titleUpdated(toViewerId, id, stored === undefined ? null : entryOf(stored, nowMs));
    }
    updates.rowChanged(toViewerId);
    const next = page.length < MOVE_PAGE ? null : (ids.at(-1) ?? null);
    if (next === null) await undo.finish(move);
    return { cursor: next, titles: page.length };
  }

  /** @throws CodedError `unavailable` where they are changed all the time */
  async #takeBack(move: ViewerMove, copies: readonly UndoCopy[]): Promise<void> {
    const { store, undo } = this.#deps;
    let left = copies;
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt === UNDO_ATTEMPTS) throw new CodedError('unavailable', 'It is being changed. Try again.');
      // The account's own writes are in the database before it is read there.
      await store.settle(move.toViewerId);
      const changed = new Set(await undo.takeBack(move, left));
      const rewritten = left.filter((copy) => !changed.has(copy)).map(({ contentId }) => contentId);
      const said = new Set(await store.invalidate(move.toViewerId, rewritten));
      left = left.filter((copy) => changed.has(copy) || said.has(copy.contentId));
    }
  }
}
