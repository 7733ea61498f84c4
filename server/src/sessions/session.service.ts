import {
  CodedError,
  type CommandResult,
  type CreateSessionRequest,
  isUnavailable,
  type Kept,
  type Media,
  type PlaybackCommand,
  type SubtitleAction,
} from '@cowatch/shared/protocol';
import {
  type Action,
  createSessionRecord,
  type DecisionContext,
  decide,
  type Effects,
  isRevocation,
  pauseEmpty,
  type SessionAction,
  type SessionRecord,
  succeedGuests,
} from '@cowatch/shared/timeline';
import { KeyedMutex } from '../platform/keyed-mutex.ts';
import type { TitleCatalog } from '../titles/index.ts';
import type { SessionOccupancy } from './membership/occupancy.ts';
import { SessionRecovery } from './recovery/recovery.ts';
import type { SaveOutcome, SnapshotWriter } from './recovery/snapshot-writer.ts';
import type { SessionSnapshots } from './recovery/snapshots.ts';
import type { SessionChange } from './session.change.ts';
import { digestOf, memberIdOf, newSessionId, sessionIdFor } from './session.domain.ts';
import { COMMIT_ATTEMPTS, COMMITS_WAITING_MAX, CONTENTION_RETRY_MS, CREATE_WAIT_MS, SAVE_RETRY_MS, UNSAVED_MAX } from './session.limits.ts';
import type { SessionMetrics } from './session.metrics.ts';
import type { SessionPublisher } from './session.publisher.ts';
import type { SessionStore } from './session.store.ts';

export interface SessionServiceDeps {
  /** Says what a link or a title id is, before anything is decided. */
  readonly titles: TitleCatalog;
  readonly store: SessionStore;
  readonly snapshots: Pick<SessionSnapshots, 'load'>;
  readonly writer: SnapshotWriter;
  readonly occupancy: SessionOccupancy;
  readonly publisher: SessionPublisher;
  readonly metrics: SessionMetrics;
  /** Key of `memberIdOf`. */
  readonly memberKey: Buffer;
  /** Key of `sessionIdFor`. */
  readonly creationKey: Buffer;
  /** Resolves when the database is not starting any more, or after so many milliseconds. Never rejects. */
  databaseStarted(waitMs: number): Promise<void>;
  /** As of `SessionRecoveryDeps`. */
  peerReplicas(id: string): Promise<readonly SessionRecord[]>;
  /** How far ahead a start is scheduled in a session, in milliseconds. */
  leadMs(sessionId: string, nowMs: number): number;
}

/** Who acts on a session. */
export interface Actor {
  readonly memberId: string;
  readonly name: string;
}

/** A command as it arrives: what it loads is not looked up yet. */
export type SessionServiceCommand = PlaybackCommand | SessionAction | SubtitleAction;

/** The party is over; its video is named so that a new one can be started with it. */
export class SessionGoneError extends CodedError {
  readonly media: Media;

  constructor(media: Media) {
    super('gone', 'This party has ended.');
    this.media = media;
  }
}

interface Change<T> {
  readonly kind: 'commit';
  readonly next: SessionRecord;
  readonly effects: Effects;
  readonly result: T;
}

type Step<T> = Change<T> | { readonly kind: 'done'; readonly result: T };

/** A result, and whether what it acknowledges is durable. */
interface Outcome<T> {
  readonly result: T;
  readonly saved: SaveOutcome;
}

const PLAYBACK_CHANGED: Effects = { playback: true, access: false, kickedId: null, ended: false };
const ACCESS_CHANGED: Effects = { playback: false, access: true, kickedId: null, ended: false };

/** Sessions: load → decide → commit → publish → make durable → answer. Times are cluster milliseconds. */
export class SessionService {
  readonly #deps: SessionServiceDeps;
  readonly #recovery: SessionRecovery;
  readonly #mutex = new KeyedMutex({ waitingMax: COMMITS_WAITING_MAX, retryAfterMs: CONTENTION_RETRY_MS });

  constructor(deps: SessionServiceDeps) {
    this.#deps = deps;
    this.#recovery = new SessionRecovery(deps);
  }

  /** Who a viewer is within a session. */
  memberId(sessionId: string, viewerId: string): string {
    return memberIdOf(this.#deps.memberKey, sessionId, viewerId);
  }

  /**
   * Starts a party, paused where its medium begins. Works while the database is away (`kept` tells); one that is still
   * starting is waited for.
   * @param idempotencyKey names the party among those of the viewer: a repeat, on whatever instance and after a crash,
   *   finds it and makes no second one. Null makes a new one each time.
   * @throws CodedError `bad_request`, `not_found` for media; `unavailable` when too much is unsaved already; `conflict`
   *   where the key was said with another request; SessionGoneError where the party of that key has ended.
   */
  async create(
    request: CreateSessionRequest,
    viewerId: string,
    nowMs: number,
    idempotencyKey: string | null = null,
  ): Promise<SessionRecord> {
    const { writer, creationKey, titles } = this.#deps;
    const { media, startS } = await titles.resolve(request.media);
    if (writer.unsavedCount >= UNSAVED_MAX) throw new CodedError('unavailable', 'Try again soon.', SAVE_RETRY_MS);
    const id = idempotencyKey === null ? newSessionId() : sessionIdFor(creationKey, viewerId, idempotencyKey);
    const requestDigest = idempotencyKey === null ? null : digestOf(request);
    const record = createSessionRecord({
      id,
      nowMs,
      owner: { memberId: this.memberId(id, viewerId), name: null },
      name: request.name ?? null,
      control: request.control ?? 'everyone',
      media,
      startS,
      requestDigest,
    });
    await this.#deps.databaseStarted(CREATE_WAIT_MS);
    const earlier = requestDigest === null ? null : await this.#madeBefore(id, nowMs);
    if (earlier !== null) return this.#repeated(earlier, requestDigest);
    if (!(await this.#recovery.create(record, nowMs))) {
      // The same request came twice at once, here or on two instances.
      return this.#repeated(await this.#recovery.load(id, nowMs), requestDigest);
    }
    if ((await writer.save(record)) === 'unsaved') this.#deps.metrics.notKept('creation');
    return record;
  }

  /** What an earlier attempt made; null where there was none, or where nobody can say: the id is the same, whoever makes it. */
  async #madeBefore(id: string, nowMs: number): Promise<SessionRecord | null> {
    try {
      return await this.#recovery.load(id, nowMs);
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

  /** What an answer may promise that tells the newest state of a session. */
  kept(id: string): Kept {
    return this.#deps.writer.isUnsaved(id) ? { kept: false } : {};
  }

  /**
   * A session as it was last committed; while the store is away, as this instance knows it.
   * @throws CodedError `not_found`, `unavailable`; `SessionGoneError` when it has ended.
   */
  async read(id: string, nowMs: number): Promise<SessionRecord> {
    return going(await this.#loadOrCached(id, nowMs));
  }

  /** A session as this instance knows it, without asking the store: at most `HEAL_INTERVAL_MS` old while that is there. */
  async readCached(id: string, nowMs: number): Promise<SessionRecord> {
    const cached = this.#recovery.cached(id);
    return cached === null ? this.read(id, nowMs) : going(cached);
  }

  /** The newest record that this instance knows of, if it attends the session; asks nobody. */
  cached(id: string): SessionRecord | null {
    return this.#recovery.cached(id);
  }

  /** What of another instance's change the people here were not told yet; it counts as told from now on. */
  received(change: SessionChange): SessionChange | null {
    return this.#recovery.received(change);
  }

  /** Tells people here what they missed, and puts back what the store lost; to be called every `HEAL_INTERVAL_MS`. */
  heal(nowMs: number): Promise<void> {
    return this.#recovery.heal(nowMs);
  }

  /**
   * Carries a command out, or repeats the answer it already had. The answer says `kept: false` where it is not durable
   * when it can no longer be waited for; what takes something from somebody is `unavailable` then, though it may have
   * happened: repeated, it is acknowledged once it is durable.
   * @param seenIds who of those that the command names has been in the session, as presence says
   * @throws CodedError as `decide` refuses; `not_found`; `unavailable` when others kept coming first.
   */
  async command(
    id: string,
    actor: Actor,
    command: SessionServiceCommand,
    nowMs: number,
    seenIds: readonly string[] = [],
  ): Promise<CommandResult> {
    const { metrics, titles } = this.#deps;
    try {
      const action = command.kind === 'load' ? { ...command, ...(await titles.resolve(command.media)) } : command;
      const result = await this.#carryOut(id, action, isRevocation(command), {
        nowMs,
        actor,
        leadMs: this.#deps.leadMs(id, nowMs),
        isSeen: (memberId) => seenIds.includes(memberId),
      });
      metrics.command(command.kind, result.changed ? 'changed' : 'unchanged');
      return result;
    } catch (error) {
      metrics.command(command.kind, error instanceof CodedError ? error.code : 'internal');
      throw error;
    }
  }

  /**
   * The session as it is now, where this command would be taken: for what is to be prepared before it is given.
   * @throws CodedError as `command` refuses
   */
  async foresee(id: string, actor: Actor, action: SubtitleAction, nowMs: number): Promise<SessionRecord> {
    const record = await this.read(id, nowMs);
    const decision = decide(record, action, { nowMs, actor, leadMs: 0, isSeen: () => false });
    if (decision.kind === 'refused') throw decision.error;
    return record;
  }

  /** Stops a session that nobody is in, where the last one was seen; leaves every other one alone. */
  async pauseAbandoned(id: string, nowMs: number): Promise<void> {
    await this.#update<void>(id, nowMs, (record) => {
      const seenAtMs = this.#deps.occupancy.abandonedAtMs(id, nowMs);
      const next = seenAtMs === null ? null : pauseEmpty(record, seenAtMs, nowMs);
      if (next === null) return { kind: 'done', result: undefined };
      return { kind: 'commit', next, effects: PLAYBACK_CHANGED, result: undefined };
    });
    this.#deps.occupancy.rest(id);
  }

  /** Gives somebody the roles of guests whom they were before they signed in, by their ids in this session. */
  async succeed(id: string, guestIds: readonly string[], memberId: string, nowMs: number): Promise<void> {
    await this.#update<void>(id, nowMs, (record) => {
      const next = succeedGuests(record, guestIds, memberId, nowMs);
      if (next === null) return { kind: 'done', result: undefined };
      return { kind: 'commit', next, effects: ACCESS_CHANGED, result: undefined };
    });
  }

  /** Takes a session out of memory, if nothing of it would be lost. What instances share is not this one's to drop. */
  async evict(id: string): Promise<void> {
    const { store, writer, occupancy } = this.#deps;
    if (writer.isUnsaved(id)) return;
    if (!store.isShared) {
      const record = await store.load(id);
      if (record !== null && (writer.isUnsaved(id) || !(await store.drop(id, record.version)))) return;
    }
    this.#recovery.forget(id);
    occupancy.forget(id);
  }

  async #carryOut(id: string, action: Action, revokes: boolean, context: DecisionContext): Promise<CommandResult> {
    const { writer, metrics } = this.#deps;
    const { nowMs } = context;
    // Where it is known beforehand that nothing can be promised, nothing changes.
    if (revokes && writer.away) throw notKept();
    try {
      const { result, saved } = await this.#update(id, nowMs, (record): Step<CommandResult> => {
        const decision = decide(record, action, context);
        if (decision.kind === 'refused') {
          throw decision.error.code === 'gone' ? new SessionGoneError(record.playback.media) : decision.error;
        }
        if (decision.kind === 'repeat') return { kind: 'done', result: decision.result };
        const { timeline } = decision.next.playback;
        if (decision.effects.playback && timeline.atMs > nowMs) metrics.lead(timeline.atMs - nowMs);
        return decision;
      });
      if (saved === 'saved') return result;
      if (revokes) throw notKept();
      metrics.notKept('command');
      return { ...result, kept: false };
    } catch (error) {
      // Whoever ends a party and hears that it is over takes that for a promise.
      const isPromise = revokes && error instanceof SessionGoneError;
      if (isPromise && (await writer.settled(id)) === 'unsaved') throw notKept();
      throw error;
    }
  }

  /** Load, decide, commit and tell, one after the other; then make durable. Where what was committed did not last, once more. */
  async #update<T>(id: string, nowMs: number, step: (record: SessionRecord) => Step<T>): Promise<Outcome<T>> {
    const { writer } = this.#deps;
    for (let attempt = 0; attempt < COMMIT_ATTEMPTS; attempt += 1) {
      const decided = await this.#mutex.run(id, () => this.#commit(id, nowMs, step));
      if (decided === null) break;
      const { result } = decided;
      // A repeat is an acknowledgement too: it waits until what it acknowledges is durable.
      if (decided.kind === 'done') return { result, saved: await writer.settled(id) };
      const saved = await writer.save(decided.next);
      if (await this.#recovery.survived(decided.next, nowMs)) return { result, saved };
    }
    throw new CodedError('unavailable', 'Too many people act at once. Try again.', CONTENTION_RETRY_MS);
  }

  /** Where another instance's commit came first, decides again on what it made; null when others kept coming first. */
  async #commit<T>(id: string, nowMs: number, step: (record: SessionRecord) => Step<T>): Promise<Step<T> | null> {
    const optimistic = this.#recovery.optimisticCopy(id);
    if (optimistic !== null) {
      const decided = changeOf(optimistic, step);
      if (decided !== null && (await this.#committed(optimistic, decided, nowMs))) return decided;
    }
    for (let attempt = 0; attempt < COMMIT_ATTEMPTS; attempt += 1) {
      const record = await this.#recovery.load(id, nowMs);
      const decided = step(record);
      if (decided.kind === 'done' || (await this.#committed(record, decided, nowMs))) return decided;
    }
    return null;
  }

  async #committed(record: SessionRecord, { next, effects }: Change<unknown>, nowMs: number): Promise<boolean> {
    const outcome = await this.#recovery.commit(next, effects, record.version, nowMs);
    if (outcome === 'conflict') this.#deps.metrics.conflict();
    return outcome === 'committed';
  }

  async #loadOrCached(id: string, nowMs: number): Promise<SessionRecord> {
    try {
      return await this.#recovery.load(id, nowMs);
    } catch (error) {
      const cached = this.#recovery.cached(id);
      if (cached !== null && isUnavailable(error)) return cached;
      throw error;
    }
  }
}

function notKept(): CodedError {
  return new CodedError('unavailable', 'This cannot be saved right now. Try again in a moment.', SAVE_RETRY_MS);
}

/** The session, as long as it has not ended. @throws SessionGoneError */
function going(record: SessionRecord): SessionRecord {
  if (record.endedAtMs !== null) throw new SessionGoneError(record.playback.media);
  return record;
}

/** What a step would change if this is still the newest record; null where that must be looked up before it is answered. */
function changeOf<T>(optimistic: SessionRecord, step: (record: SessionRecord) => Step<T>): Change<T> | null {
  try {
    const decided = step(optimistic);
    return decided.kind === 'commit' ? decided : null;
  } catch (error) {
    if (error instanceof CodedError) return null;
    throw error;
  }
}
