import { randomBytes } from 'node:crypto';
import {
  CodedError,
  type ContinueEntry,
  type HistoryEntry,
  type Kept,
  type ResumeAnswer,
  type ResumeEntry,
  type ResumePut,
  type ResumeSaveRequest,
} from '@cowatch/shared/protocol';
import { editTitle, NO_REGISTERS, putSitting, type ResumeDevice, type ResumeEdit } from '@cowatch/shared/resume';
import type { IdentityDirectory } from '../accounts/index.ts';
import { describe } from '../platform/database/database-errors.ts';
import { GroupCommit } from '../platform/database/group-commit.ts';
import type { EventBus } from '../platform/events/event-bus.ts';
import { KeyedMutex } from '../platform/keyed-mutex.ts';
import type { Logger } from '../platform/log/log.ts';
import type { TitleCatalog } from '../titles/index.ts';
import { type Applied, admissionOf, answerOf, bounded, changeOf, changesRow, nothingOf, readItem, storedIn } from './resume.changes.ts';
import { entryOf, mediaOf } from './resume.domain.ts';
import {
  EXPORT_PAGE,
  GROUP_MAX,
  GROUP_SHARE_MAX,
  GROUPS_AT_ONCE,
  PUTS_WAITING_MAX,
  SAVE_RETRY_MS,
  SAVES_WAITING_MAX,
  VIEWER_WAITING_MAX,
} from './resume.limits.ts';
import type { ResumeMetrics } from './resume.metrics.ts';
import type { ResumeQuota, Saver } from './resume.quota.ts';
import { readRow } from './resume.row.ts';
import { withTitles } from './resume.titles.ts';
import type { ResumeUpdates } from './resume.updates.ts';
import type { ChangedTitle, PageEnd, ResumeStore, StoredTitle, TitleChange } from './store/resume.store.ts';

declare module '../platform/events/event-bus.ts' {
  interface EventMap {
    /** A viewer has watched a title to its end, or said so. Emitted again with each save that says it of the same sitting. */
    'title.watched': { readonly viewerId: string; readonly contentId: string; readonly sittingId: string; readonly atMs: number };
    /** A viewer has forgotten a title; null for everything that they have watched. */
    'title.forgotten': { readonly viewerId: string; readonly contentId: string | null };
  }
}

export interface ResumeServiceDeps {
  readonly store: ResumeStore;
  readonly updates: ResumeUpdates;
  readonly metrics: ResumeMetrics;
  readonly directory: Pick<IdentityDirectory, 'formerly' | 'guestsAmong'>;
  readonly log: Logger;
  readonly events: Pick<EventBus, 'emit'>;
  readonly quota: ResumeQuota;
  /** What titles are called that were saved without a name. */
  readonly titles: Pick<TitleCatalog, 'known' | 'resolve'>;
  /** Durability of a save: `kept: false` where the store may lose what it has taken. */
  kept(): Kept;
}

/** Positions of viewers in what they watch: load, decide, commit, update their other screens. */
export class ResumeService {
  readonly #store: ResumeStore;
  readonly #updates: ResumeUpdates;
  readonly #commit: GroupCommit<TitleChange, ChangedTitle>;
  readonly #puts = new KeyedMutex({ waitingMax: PUTS_WAITING_MAX, retryAfterMs: SAVE_RETRY_MS });
  readonly #metrics: ResumeMetrics;
  readonly #directory: ResumeServiceDeps['directory'];
  readonly #log: Logger;
  readonly #events: ResumeServiceDeps['events'];
  readonly #quota: ResumeQuota;
  readonly #titles: ResumeServiceDeps['titles'];
  readonly #kept: () => Kept;

  constructor({ store, updates, metrics, directory, log, events, quota, titles, kept }: ResumeServiceDeps) {
    this.#store = store;
    this.#updates = updates;
    this.#metrics = metrics;
    this.#directory = directory;
    this.#log = log;
    this.#events = events;
    this.#quota = quota;
    this.#titles = titles;
    this.#kept = kept;
    this.#commit = new GroupCommit({
      write: (changes) => metrics.writing(changes.length, () => store.apply(changes)),
      verify: () => store.verify(),
      // Keys decide who wins: Redis may write one group down while the next one is on its way.
      atOnce: GROUPS_AT_ONCE,
      groupMax: GROUP_MAX,
      shareMax: GROUP_SHARE_MAX,
      waitingMax: SAVES_WAITING_MAX,
      ownerWaitingMax: VIEWER_WAITING_MAX,
      retryAfterMs: SAVE_RETRY_MS,
    });
  }

  /** Changes that wait to be written. */
  get waiting(): number {
    return this.#commit.waiting;
  }

  /** Resolves when all changes that wait are written. */
  settled(): Promise<void> {
    return this.#commit.settled();
  }

  /**
   * Saves a batch of a device. Each item has its own answer; what is wrong with one keeps no other out.
   * A batch may name a guest that its viewer was before signing in.
   * @throws CodedError `forbidden` where it names another viewer; `rate_limited`, `unavailable`
   */
  async save(saver: Saver, request: ResumeSaveRequest, nowMs: number): Promise<readonly ResumeAnswer[]> {
    const { viewerId } = saver;
    this.#quota.take(saver, request.items.length, nowMs);
    const own = request.viewerId === viewerId || (await this.#directory.formerly(request.viewerId, viewerId));
    if (!own) {
      throw new CodedError('forbidden', 'These positions are of somebody else than who is signed in.');
    }
    const reads = request.items.map((item) => readItem(viewerId, request.device, item, nowMs));
    const changes = reads.flatMap((read) => (read.kind === 'change' ? [read.change] : []));
    const changed = [...(await this.#applyOwn(saver, bounded(saver, changes), nowMs))];
    return reads.map((read) => {
      const answer = read.kind === 'answer' ? read.answer : this.#answerOf(saver, changed.shift(), nowMs);
      this.#metrics.saved(answer.outcome);
      return answer;
    });
  }

  #answerOf(saver: Saver, changed: Applied | undefined, nowMs: number): ResumeAnswer {
    const answer = answerOf(saver, changed, nowMs);
    return answer.outcome === 'rejected' ? answer : { ...answer, ...this.#kept() };
  }

  /** The entry of a title. The viewer's other screens hear that this device goes on with it, also where nothing can be read now. */
  start(viewerId: string, contentId: string, device: ResumeDevice, nowMs: number): Promise<ResumeEntry | null> {
    this.#updates.superseded(viewerId, contentId, device);
    return this.entry(viewerId, contentId, nowMs);
  }

  async entry(viewerId: string, contentId: string, nowMs: number): Promise<ResumeEntry | null> {
    return (await this.entries(viewerId, [contentId], nowMs))[0] ?? null;
  }

  /** Entries of these titles, in the order they were asked for; unknown ones are left out. */
  async entries(viewerId: string, contentIds: readonly string[], nowMs: number): Promise<readonly ResumeEntry[]> {
    const stored = await this.#store.load(viewerId, contentIds);
    const entries = contentIds.flatMap((id) => {
      const title = stored.get(id);
      const entry = title === undefined ? null : entryOf(title, nowMs);
      return entry === null ? [] : [entry];
    });
    return withTitles(this.#titles, entries);
  }

  /** Saves the position of a player that knows nothing of sittings. */
  async put(
    saver: Saver,
    contentId: string,
    { positionMs, durationMs = null, media }: ResumePut,
    device: ResumeDevice,
    nowMs: number,
  ): Promise<ResumeAnswer> {
    const { viewerId } = saver;
    this.#quota.take(saver, 1, nowMs);
    return this.#puts.run(`${viewerId} ${contentId}`, async () => {
      const stored = await this.#title(viewerId, contentId);
      const own = stored?.record?.device.id === device.id ? stored.put : null;
      const place = {
        positionMs: Math.round(positionMs),
        durationMs: durationMs === null ? null : Math.round(durationMs),
      };
      const said = { contentId, place, atMs: Math.floor(nowMs), device, sittingId: newSittingId() };
      const entry = stored === null ? null : entryOf(stored, nowMs);
      const { record, next } = putSitting(own, said, entry === null ? null : (stored?.record ?? null));
      const refusal = admissionOf(record, nowMs);
      if (refusal !== null) throw new CodedError('bad_request', 'message' in refusal ? refusal.message : 'Too old.');
      const change = changeOf(viewerId, record, media ?? null, next);
      const [changed] = await this.#applyOwn(saver, bounded(saver, [change]), nowMs);
      return this.#answerOf(saver, changed, nowMs);
    });
  }

  /** "Seen", "not seen", "forget it". @throws CodedError `not_found` where there is nothing to forget */
  async edit(saver: Saver, contentId: string, edit: ResumeEdit, device: ResumeDevice, nowMs: number): Promise<ResumeEntry | null> {
    const { viewerId } = saver;
    this.#quota.take(saver, 1, nowMs);
    const stored = await this.#title(viewerId, contentId);
    const entry = stored === null ? null : entryOf(stored, nowMs);
    if (edit === 'delete' && entry === null) throw nothingOf();
    const gesture = { sittingId: newSittingId(), intentAtMs: Math.floor(nowMs) };
    const record = editTitle(edit, contentId, gesture, entry === null ? null : (stored?.record ?? null), device);
    const change = changeOf(viewerId, record, null, null);
    const [changed] = await this.#applyOwn(saver, bounded(saver, [change]), nowMs);
    return entryOf(storedIn(saver, changed), nowMs);
  }

  /** Keeps a title out of the row, or lets it in again. @throws CodedError `not_found` where there is nothing of it */
  async hide(saver: Saver, contentId: string, hidden: boolean, nowMs: number): Promise<ResumeEntry> {
    const { viewerId } = saver;
    this.#quota.take(saver, 1, nowMs);
    if ((await this.entry(viewerId, contentId, nowMs)) === null) throw nothingOf();
    const atMs = Math.floor(nowMs);
    const registers = { ...NO_REGISTERS, ...(hidden ? { hiddenAtMs: atMs } : { unhiddenAtMs: atMs }) };
    const change = { viewerId, contentId, record: null, registers, media: null, put: null };
    const [changed] = await this.#apply(viewerId, [change], nowMs);
    const entry = entryOf(storedIn(saver, changed), nowMs);
    if (entry === null) throw nothingOf();
    return entry;
  }

  /** The continue row. */
  async row(viewerId: string, limit: number, nowMs: number): Promise<readonly ContinueEntry[]> {
    const row = await readRow(this.#store, viewerId, limit, nowMs);
    const entries = await withTitles(
      this.#titles,
      row.map(({ entry }) => entry),
    );
    return row.map((one, i) => ({ ...one, entry: entries[i] ?? one.entry }));
  }

  /** A page of the history, and where the next one begins; null after the last. */
  async history(
    viewerId: string,
    after: PageEnd | null,
    limit: number,
  ): Promise<{ readonly entries: readonly HistoryEntry[]; readonly next: PageEnd | null; readonly paused: boolean }> {
    const [found, { historyPaused }] = await Promise.all([this.#store.history(viewerId, after, limit + 1), this.#store.settings(viewerId)]);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const entries = page.map(({ contentId, begunAtMs, completedAtMs, media }) => ({
      contentId,
      begunAtMs,
      media: mediaOf(media),
      completedAtMs: completedAtMs === 0 ? null : completedAtMs,
    }));
    return {
      entries: await withTitles(this.#titles, entries),
      next: found.length > limit && last !== undefined ? { atMs: last.begunAtMs, id: last.sittingId } : null,
      paused: historyPaused,
    };
  }

  pauseHistory(viewerId: string, paused: boolean): Promise<void> {
    return this.#store.pauseHistory(viewerId, paused);
  }

  /** Clearance: removes everything that was watched until now. */
  async clear(viewerId: string, nowMs: number): Promise<void> {
    await this.#store.clear(viewerId, nowMs);
    this.#events.emit('title.forgotten', { viewerId, contentId: null });
    this.#updates.rowChanged(viewerId);
  }

  /** Every title of a viewer, one after the other. */
  async *everyTitle(viewerId: string, nowMs: number): AsyncGenerator<ResumeEntry> {
    let afterId: string | null = null;
    for (;;) {
      const page: readonly StoredTitle[] = await this.#store.all(viewerId, afterId, EXPORT_PAGE);
      for (const stored of page) {
        const entry = entryOf(stored, nowMs);
        if (entry !== null) yield entry;
      }
      const last = page.at(-1);
      if (page.length < EXPORT_PAGE || last === undefined) return;
      afterId = last.contentId;
    }
  }

  /** Every sitting in the history of a viewer, the newest first. */
  async *everySitting(viewerId: string): AsyncGenerator<HistoryEntry> {
    let after: PageEnd | null = null;
    do {
      const { entries, next } = await this.history(viewerId, after, EXPORT_PAGE);
      yield* entries;
      after = next;
    } while (after !== null);
  }

  /** Writes changes of a viewer as they are: without a quota, since they were saved before. */
  apply(viewerId: string, changes: readonly TitleChange[], nowMs: number): Promise<unknown> {
    return this.#apply(viewerId, changes, nowMs);
  }

  /** Erases guests that were last seen before `idleSinceMs`, among the next viewers; returns the cursor of the next run. */
  async eraseIdle(afterViewerId: string, idleSinceMs: number, limit: number): Promise<string> {
    const { viewerIds, next } = await this.#store.idle(afterViewerId, idleSinceMs, limit);
    for (const viewerId of await this.#directory.guestsAmong(viewerIds)) await this.#store.erase(viewerId, idleSinceMs);
    return next ?? '';
  }

  /** Leaves nothing of a viewer. */
  erase(viewerId: string): Promise<void> {
    return this.#store.erase(viewerId);
  }

  async #title(viewerId: string, contentId: string): Promise<StoredTitle | null> {
    return (await this.#store.load(viewerId, [contentId])).get(contentId) ?? null;
  }

  /** A viewer's own changes: what is applied of them may have a title watched, or forgotten. */
  async #applyOwn({ viewerId }: Saver, changes: readonly TitleChange[], nowMs: number): Promise<readonly Applied[]> {
    const applied = await this.#apply(viewerId, changes, nowMs);
    for (const [i, { outcome }] of applied.entries()) {
      const record = changes[i]?.record;
      if (outcome !== 'applied') continue;
      if (record?.state === 'deleted') this.#events.emit('title.forgotten', { viewerId, contentId: record.contentId });
      if (record?.state !== 'completed') continue;
      this.#events.emit('title.watched', { viewerId, contentId: record.contentId, sittingId: record.sittingId, atMs: nowMs });
    }
    return applied;
  }

  /** Group commit of changes of one viewer, and the updates of their screens. */
  async #apply(viewerId: string, changes: readonly TitleChange[], nowMs: number): Promise<readonly Applied[]> {
    const written = await this.#commit.write(changes, viewerId);
    return written.map((one, i): Applied => {
      if (one.kind === 'refused') {
        this.#metrics.refused();
        this.#log.error({ reason: describe(one.error) }, 'a position was refused by the database, and its device told so');
        return { outcome: 'refused' };
      }
      const change = changes[i] as TitleChange;
      const { outcome, stored } = one.result;
      if (outcome === 'applied') {
        this.#updates.titleUpdated(viewerId, change.contentId, entryOf(stored, nowMs));
        if (changesRow(change)) this.#updates.rowChanged(viewerId);
      }
      return one.result;
    });
  }
}

const newSittingId = () => randomBytes(16).toString('hex');
