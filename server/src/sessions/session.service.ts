import {
  CodedError,
  type CommandResult,
  type CreateSessionRequest,
  isUnavailable,
  type Kept,
  type PlaybackCommand,
  type SubtitleAction,
} from '@cowatch/shared/protocol';
import {
  type Action,
  type Attendance,
  attended,
  type DecisionContext,
  decide,
  type Effects,
  entitle,
  isRevocation,
  pauseEmpty,
  type SeenPerson,
  type SessionAction,
  type SessionRecord,
  succeedGuests,
} from '@cowatch/shared/timeline';
import type { TitleCatalog } from '../titles/index.ts';
import type { SessionOccupancy } from './membership/occupancy.ts';
import { SessionRecovery } from './recovery/recovery.ts';
import { RetryBudget } from './recovery/retry-budget.ts';
import type { SnapshotWriter } from './recovery/snapshot-writer.ts';
import type { SessionSnapshots } from './recovery/snapshots.ts';
import type { SessionChange } from './session.change.ts';
import { type Decide, type Outcome, SessionCommits, type Step } from './session.commits.ts';
import type { Companion } from './session.companion.ts';
import { SessionCreation } from './session.creation.ts';
import { memberIdOf, newLinkKey } from './session.domain.ts';
import { going, SessionGoneError } from './session.gone.ts';
import { LOOK_RETRIES, SAVE_RETRY_MS } from './session.limits.ts';
import type { SessionMetrics } from './session.metrics.ts';
import type { SessionPublisher } from './session.publisher.ts';
import type { SessionStore } from './session.store.ts';

export interface SessionServiceDeps {
  /** Says what a link or a title id is, before anything is decided. */
  readonly titles: TitleCatalog;
  readonly store: SessionStore;
  readonly snapshots: Pick<SessionSnapshots, 'load' | 'companion'>;
  readonly writer: SnapshotWriter;
  readonly occupancy: SessionOccupancy;
  readonly publisher: SessionPublisher;
  readonly metrics: SessionMetrics;
  /** Key of `memberIdOf`. */
  readonly memberKey: Buffer;
  /** Key of `sessionIdFor`. */
  readonly creationKey: Buffer;
  /** As of `SessionCreationDeps`. */
  databaseStarted(waitMs: number): Promise<void>;
  /** As of `ReconcilerDeps`. */
  peerReplicas(id: string): Promise<readonly SessionRecord[]>;
  /** As of `SessionRecoveryDeps`. */
  peerCompanions(id: string, name: string): Promise<readonly Companion[]>;
  /** How far ahead a start is scheduled in a session, in milliseconds. */
  leadMs(sessionId: string, nowMs: number): number;
  /** A session was started, or found again by its owner's repeat. */
  onCreated(record: SessionRecord): void;
}

/** Who acts on a session. */
export interface Actor {
  readonly memberId: string;
  readonly name: string;
}

/** A command as it arrives: what it loads is not looked up yet. */
export type SessionServiceCommand = PlaybackCommand | SessionAction | SubtitleAction;

const PLAYBACK_CHANGED: Effects = { playback: true, access: false, out: null, ended: false };
/** A title has come, and what the party is called with it. */
const entitled = (renamed: boolean): Effects => ({ playback: true, access: renamed, out: null, ended: false });

const ACCESS_CHANGED: Effects = { playback: false, access: true, out: null, ended: false };

/** Sessions: load → decide → commit → publish → make durable → answer. Times are cluster milliseconds. */
export class SessionService {
  readonly #deps: SessionServiceDeps;
  readonly #recovery: SessionRecovery;
  readonly #creation: SessionCreation;
  readonly #commits: SessionCommits;

  constructor(deps: SessionServiceDeps) {
    this.#deps = deps;
    this.#recovery = new SessionRecovery(deps);
    this.#commits = new SessionCommits({ recovery: this.#recovery, writer: deps.writer, metrics: deps.metrics });
    this.#creation = new SessionCreation({
      titles: deps.titles,
      recovery: this.#recovery,
      writer: deps.writer,
      metrics: deps.metrics,
      creationKey: deps.creationKey,
      databaseStarted: (waitMs) => deps.databaseStarted(waitMs),
      memberId: (sessionId, viewerId) => this.memberId(sessionId, viewerId),
    });
  }

  /** Who a viewer is within a session. */
  memberId(sessionId: string, viewerId: string): string {
    return memberIdOf(this.#deps.memberKey, sessionId, viewerId);
  }

  /** Starts a party, as `SessionCreation.create` says. */
  async create(
    request: CreateSessionRequest,
    viewerId: string,
    nowMs: number,
    idempotencyKey: string | null = null,
  ): Promise<SessionRecord> {
    const record = await this.#creation.create(request, viewerId, nowMs, idempotencyKey);
    this.#deps.onCreated(record);
    return record;
  }

  /** What an answer may promise that tells the newest state of a session. */
  kept(id: string): Kept {
    return this.#deps.writer.isUnsaved(id) ? { kept: false } : {};
  }

  /**
   * A session as it was last committed; while the store is away, as it is cached here.
   * @throws CodedError `not_found`, `unavailable`; `SessionGoneError` when it has ended.
   */
  async read(id: string, nowMs: number): Promise<SessionRecord> {
    return going(await this.#loadOrCached(id, nowMs));
  }

  /** A session from the replica cache, without asking the store: at most `HEAL_INTERVAL_MS` old while that is there. */
  async readCached(id: string, nowMs: number): Promise<SessionRecord> {
    const cached = this.cached(id);
    return cached === null ? this.read(id, nowMs) : going(cached);
  }

  /** The newest record that is cached here, if this instance attends the session; asks neither store nor peers. */
  cached(id: string): SessionRecord | null {
    return this.#recovery.cached(id);
  }

  /** A companion of a session as it is cached here and belongs to the newest record; null where it is not. */
  cachedCompanion(id: string, name: string): Companion | null {
    const record = this.cached(id);
    return record === null ? null : (this.#recovery.cachedCompanion(record, name) ?? null);
  }

  /**
   * A session with one of its companions, as they were last committed together.
   * @throws CodedError as `read` does
   */
  async readWith(
    id: string,
    name: string,
    nowMs: number,
  ): Promise<{ readonly record: SessionRecord; readonly companion: Companion | null }> {
    const retries = new RetryBudget(LOOK_RETRIES);
    do {
      const record = await this.read(id, nowMs);
      const companion = await this.#recovery.companion(record, name);
      if (companion !== undefined) return { record, companion };
    } while (retries.spend());
    throw new CodedError('unavailable', 'Try again soon.', SAVE_RETRY_MS);
  }

  /**
   * Commits what a feature decides on a session and its companion, both in one step.
   * @throws CodedError as `decide` refuses; `not_found`; `unavailable` when others kept coming first.
   */
  updateWith<T>(id: string, name: string, nowMs: number, step: Decide<T>): Promise<Outcome<T>> {
    return this.#commits.update(id, nowMs, step, name);
  }

  /** What of another instance's change the people here were not told yet; it counts as announced from now on. */
  received(change: SessionChange): SessionChange | null {
    return this.#recovery.received(change);
  }

  /** Announces to people here what they missed, and restores what the store lost; to be called every `HEAL_INTERVAL_MS`. */
  heal(nowMs: number): Promise<void> {
    return this.#recovery.heal(nowMs);
  }

  /**
   * Carries a command out, or repeats the answer it already had. The answer says `kept: false` where it is not durable
   * when it can no longer be waited for; what takes something from somebody is `unavailable` then, though it may have
   * happened: repeated, it is acknowledged once it is durable.
   * @param seen who of those that the command names has been in the session or waits at its door, as presence says
   * @throws CodedError as `decide` refuses; `not_found`; `unavailable` when others kept coming first.
   */
  async command(
    id: string,
    actor: Actor,
    command: SessionServiceCommand,
    nowMs: number,
    seen: ReadonlyMap<string, SeenPerson> = new Map(),
  ): Promise<CommandResult> {
    const { metrics, titles } = this.#deps;
    try {
      const action = command.kind === 'load' ? { ...command, ...(await titles.resolve(command.media)) } : command;
      const result = await this.#carryOut(id, action, isRevocation(command), {
        nowMs,
        actor,
        leadMs: this.#deps.leadMs(id, nowMs),
        linkKey: newLinkKey(),
        seen: (memberId) => seen.get(memberId) ?? null,
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
    const decision = decide(record, action, { nowMs, actor, leadMs: 0, linkKey: '', seen: () => null });
    if (decision.kind === 'refused') throw decision.error;
    return record;
  }

  /** Stops a session that nobody is in, where the last one was seen; leaves every other one alone. */
  async pauseAbandoned(id: string, nowMs: number): Promise<void> {
    await this.#commits.update<void>(id, nowMs, (record) => {
      const seenAtMs = this.#deps.occupancy.abandonedAtMs(id, nowMs);
      const next = seenAtMs === null ? null : pauseEmpty(record, seenAtMs, nowMs);
      if (next === null) return { kind: 'done', result: undefined };
      return { kind: 'commit', next, effects: PLAYBACK_CHANGED, result: undefined };
    });
    this.#deps.occupancy.rest(id);
  }

  /** Gives somebody the roles of guests whom they were before they signed in, as `succeedGuests` says, by their ids in this session. */
  async succeed(id: string, guestIds: readonly string[], memberId: string, nowMs: number, isGuestAgain = false): Promise<void> {
    await this.#commits.update<void>(id, nowMs, (record) => {
      const next = succeedGuests(record, guestIds, memberId, nowMs, isGuestAgain);
      if (next === null) return { kind: 'done', result: undefined };
      return { kind: 'commit', next, effects: ACCESS_CHANGED, result: undefined };
    });
  }

  /** Gives what a session watches the title that was learned of it; harmless to repeat, here and on other instances. */
  async entitle(id: string, mediaId: string, title: string, nowMs: number): Promise<void> {
    await this.#commits.update<void>(id, nowMs, (record) => {
      const named = entitle(record, mediaId, title, nowMs);
      if (named === null) return { kind: 'done', result: undefined };
      return { kind: 'commit', next: named.next, effects: entitled(named.renamed), result: undefined };
    });
  }

  /** Commits what attendance makes of a session, if anything, and if its settings are still those that were seen. */
  async attended(seen: SessionRecord, attendance: Attendance, nowMs: number): Promise<void> {
    await this.#commits.update<void>(seen.id, nowMs, (record) => {
      const next = record.access.version === seen.access.version ? attended(record, attendance, nowMs) : null;
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
    // Where nothing can be promised from the start, nothing changes.
    if (revokes && writer.away) throw notKept();
    try {
      const { result, saved } = await this.#commits.update(id, nowMs, (record): Step<CommandResult> => {
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
      // Who ends a party and hears that it is over takes that for a promise.
      const isPromise = revokes && error instanceof SessionGoneError;
      if (isPromise && (await writer.settled(id)) === 'unsaved') throw notKept();
      throw error;
    }
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
