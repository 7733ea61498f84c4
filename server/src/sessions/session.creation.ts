import { CodedError, type CreateSessionRequest, isUnavailable } from '@cowatch/shared/protocol';
import { createSessionRecord, type SessionRecord } from '@cowatch/shared/timeline';
import type { TitleCatalog } from '../titles/index.ts';
import type { SessionRecovery } from './recovery/recovery.ts';
import type { SnapshotWriter } from './recovery/snapshot-writer.ts';
import { digestOf, newSessionId, sessionIdFor } from './session.domain.ts';
import { going } from './session.gone.ts';
import { CREATE_WAIT_MS, SAVE_RETRY_MS, UNSAVED_MAX } from './session.limits.ts';

export interface SessionCreationDeps {
  /** Says what a link or a title id is, before anything is decided. */
  readonly titles: TitleCatalog;
  readonly recovery: SessionRecovery;
  readonly writer: Pick<SnapshotWriter, 'unsavedCount' | 'save' | 'settled'>;
  readonly metrics: { notKept(answer: 'creation'): void };
  /** Key of `sessionIdFor`. */
  readonly creationKey: Buffer;
  /** Resolves when the database is not starting any more, or after so many milliseconds. Never rejects. */
  databaseStarted(waitMs: number): Promise<void>;
  /** Who a viewer is within a session. */
  memberId(sessionId: string, viewerId: string): string;
}

/** Creation of sessions, idempotent where the request names a key. Times are cluster milliseconds. */
export class SessionCreation {
  readonly #deps: SessionCreationDeps;

  constructor(deps: SessionCreationDeps) {
    this.#deps = deps;
  }

  /**
   * Starts a party, paused where its medium begins. Works while the database is away (`kept` tells); one that is still
   * starting is waited for.
   * @param idempotencyKey names the party among those of the viewer: a repeat, on whatever instance and after a crash,
   *   finds it and makes no second one. Null makes a new one each time.
   * @throws CodedError `bad_request`, `not_found` for media; `unavailable` when too much is unsaved already; `conflict`
   *   where the key was said with another request; SessionGoneError where the party of that key has ended.
   */
  async create(request: CreateSessionRequest, viewerId: string, nowMs: number, idempotencyKey: string | null): Promise<SessionRecord> {
    const { writer, creationKey, titles } = this.#deps;
    const { media, startS } = await titles.resolve(request.media);
    if (writer.unsavedCount >= UNSAVED_MAX) throw new CodedError('unavailable', 'Try again soon.', SAVE_RETRY_MS);
    const id = idempotencyKey === null ? newSessionId() : sessionIdFor(creationKey, viewerId, idempotencyKey);
    const requestDigest = idempotencyKey === null ? null : digestOf(request);
    const record = createSessionRecord({
      id,
      nowMs,
      owner: { memberId: this.#deps.memberId(id, viewerId), name: null },
      name: request.name ?? null,
      control: request.control ?? 'everyone',
      media,
      startS,
      requestDigest,
    });
    await this.#deps.databaseStarted(CREATE_WAIT_MS);
    const earlier = requestDigest === null ? null : await this.#earlier(id, nowMs);
    if (earlier !== null) return this.#repeated(earlier, requestDigest);
    if (!(await this.#deps.recovery.create(record, nowMs))) {
      // The same request came twice at once, here or on two instances.
      return this.#repeated(await this.#deps.recovery.load(id, nowMs), requestDigest);
    }
    if ((await writer.save(record)) === 'unsaved') this.#deps.metrics.notKept('creation');
    return record;
  }

  /** What an earlier attempt made; null where there was none, or where that cannot be read: the id is the same, on whatever instance it is made. */
  async #earlier(id: string, nowMs: number): Promise<SessionRecord | null> {
    try {
      return await this.#deps.recovery.load(id, nowMs);
    } catch (error) {
      if (isUnavailable(error) || (error instanceof CodedError && error.code === 'not_found')) return null;
      throw error;
    }
  }

  async #repeated(record: SessionRecord, requestDigest: string | null): Promise<SessionRecord> {
    if (record.requestDigest !== requestDigest) {
      throw new CodedError('conflict', 'This Idempotency-Key was sent with another request.');
    }
    // A repeat is an acknowledgement too.
    await this.#deps.writer.settled(record.id);
    return going(record);
  }
}
