import {
  CodedError,
  type QueueCause,
  type QueueCommand,
  type QueueHistory,
  type QueueMedia,
  type QueueResult,
  type QueueState,
} from '@cowatch/shared/protocol';
import {
  type AddedMedia,
  changeBetween,
  decideQueue,
  type QueueAction,
  type QueueContext,
  type QueueEvent,
  type QueueRecord,
  stateOf,
} from '@cowatch/shared/queue';
import { changeOver, type Effects, hastenStart, type SessionRecord } from '@cowatch/shared/timeline';
import type { Parties } from '../sessions/index.ts';
import { type Companion, type Decide, withCompanion } from '../sessions/index.ts';
import type { TitleCatalog } from '../titles/index.ts';
import type { AddLimit } from './queue.add-limit.ts';
import { Batches, type Settled } from './queue.batches.ts';
import type { QueueBroadcaster } from './queue.broadcaster.ts';
import { CHANGE_OVER_MAX_MS } from './queue.limits.ts';
import type { QueueMetrics } from './queue.metrics.ts';
import { companionOf, QUEUE, queueOf } from './queue.record.ts';

export interface QueueServiceDeps {
  readonly parties: Parties;
  readonly titles: Pick<TitleCatalog, 'resolve' | 'learn'>;
  readonly broadcaster: Pick<QueueBroadcaster, 'changed' | 'read'>;
  readonly adds: Pick<AddLimit, 'take'>;
  readonly metrics: QueueMetrics;
  /** A random id for a commit. */
  newCommitId(): string;
}

type Actor = NonNullable<QueueContext['actor']>;

/** What somebody wants of a queue, or what has happened. */
interface Op {
  readonly action: QueueAction | QueueEvent;
  readonly actor: Actor | null;
  readonly nowMs: number;
}

/** Both records of a party, as the operations of a batch leave them. */
interface Party {
  readonly session: SessionRecord;
  readonly queue: QueueRecord;
  /** Null where the session is as it was. */
  readonly effects: Effects | null;
}

/** Queues: look up → decide → commit with the session → tell → make durable → answer. Times are cluster milliseconds. */
export class QueueService {
  readonly #deps: QueueServiceDeps;
  readonly #batches: Batches<Op, QueueResult>;

  constructor(deps: QueueServiceDeps) {
    this.#deps = deps;
    this.#batches = new Batches((sessionId, ops, committed) => this.#carryOut(sessionId, ops, committed));
  }

  /**
   * Carries a command out, or repeats the answer it already had.
   * @throws CodedError as `decideQueue` refuses; `rate_limited`, `unavailable`; as the catalog refuses where nothing of what is
   *   added can be played
   */
  async command(sessionId: string, actor: Actor, command: QueueCommand, nowMs: number): Promise<QueueResult> {
    const { metrics } = this.#deps;
    try {
      const action = command.kind === 'add' ? await this.#lookedUp(sessionId, actor, command, nowMs) : command;
      const result = await this.#batches.submit(sessionId, { action, actor, nowMs });
      metrics.command(command.kind, result.changed ? 'changed' : 'unchanged');
      if (action.kind === 'add') this.#learn(sessionId, action.items, nowMs);
      return result;
    } catch (error) {
      metrics.command(command.kind, error instanceof CodedError ? error.code : 'internal');
      throw error;
    }
  }

  /** Something has happened that changes a queue. @throws CodedError `unavailable` */
  async happened(sessionId: string, event: QueueEvent, nowMs: number): Promise<void> {
    const { changed } = await this.#batches.submit(sessionId, { action: event, actor: null, nowMs });
    this.#deps.metrics.command(event.kind, changed ? 'changed' : 'unchanged');
  }

  /** A scheduled start need not be waited for any longer. @throws CodedError `unavailable` */
  async hasten(sessionId: string, timelineVersion: number, nowMs: number): Promise<void> {
    const { parties } = this.#deps;
    const atMs = nowMs + parties.leadMs(sessionId, nowMs);
    await parties.updateWith<void>(sessionId, QUEUE, nowMs, (record) => {
      const isOther = record.playback.timeline.version !== timelineVersion;
      const change = isOther ? null : hastenStart(record, nowMs, atMs);
      return change === null ? { kind: 'done', result: undefined } : { kind: 'commit', ...change, result: undefined };
    });
  }

  /** The queue as one member is told of it. @throws CodedError `gone`, `unavailable` */
  async list(sessionId: string, memberId: string, nowMs: number): Promise<QueueState> {
    const { parties, broadcaster } = this.#deps;
    const { companion } = await parties.readWith(sessionId, QUEUE, nowMs);
    const queue = queueOf(companion);
    broadcaster.read(sessionId, queue.version);
    return { ...stateOf(queue, memberId), ...parties.kept(sessionId) };
  }

  /** What was played, the newest first. @throws CodedError `gone`, `unavailable` */
  async history(sessionId: string, nowMs: number): Promise<QueueHistory> {
    const { parties } = this.#deps;
    const { companion } = await parties.readWith(sessionId, QUEUE, nowMs);
    const { version, history } = queueOf(companion);
    return { part: 'history', version, history: history.toReversed(), ...parties.kept(sessionId) };
  }

  /** What is not understood or not here is left out, as long as anything is left. */
  async #lookedUp(
    sessionId: string,
    { memberId }: Actor,
    command: Extract<QueueCommand, { kind: 'add' }>,
    nowMs: number,
  ): Promise<Extract<QueueAction, { kind: 'add' }>> {
    this.#deps.adds.take(sessionId, memberId, nowMs);
    const found = await Promise.all(command.items.map((item) => this.#lookUp(item)));
    const items = found.map((one) => (one instanceof CodedError ? null : one));
    const [refusal] = found.filter((one) => one instanceof CodedError);
    if (refusal !== undefined && items.every((item) => item === null)) throw refusal;
    return { ...command, items };
  }

  async #lookUp({ media: ref, title }: QueueMedia): Promise<AddedMedia | CodedError> {
    try {
      const { media, startS } = await this.#deps.titles.resolve(ref);
      return { media: media.title === null && title !== undefined ? { ...media, title } : media, startS };
    } catch (error) {
      if (error instanceof CodedError && error.code !== 'unavailable') return error;
      throw error;
    }
  }

  /** Titles that are not known yet are asked for; nobody waits for that. */
  #learn(sessionId: string, items: readonly (AddedMedia | null)[], nowMs: number): void {
    for (const item of items) {
      if (item === null || item.media.title !== null) continue;
      void this.#deps.titles.learn(item.media).then((facts) => {
        if (facts?.title == null) return;
        // Where it cannot be written down now, it is when the video is on.
        this.happened(sessionId, { kind: 'known', mediaId: facts.contentId, title: facts.title }, nowMs).catch(() => {});
      });
    }
  }

  /** Carries out what has gathered, in one commit. */
  async #carryOut(sessionId: string, ops: readonly Op[], committed: () => void): Promise<readonly Settled<QueueResult>[]> {
    const { parties, metrics } = this.#deps;
    const nowMs = Math.max(...ops.map((op) => op.nowMs));
    const decide: Decide<readonly Settled<QueueResult>[]> = (session, companion) =>
      this.#decide(sessionId, ops, session, companion, nowMs, committed);
    const { result: settled, saved } = await parties.updateWith(sessionId, QUEUE, nowMs, decide);
    if (saved === 'saved') return settled;
    return settled.map((one) => {
      if ('error' in one) return one;
      metrics.notKept();
      return { result: { ...one.result, kept: false } };
    });
  }

  #decide(
    sessionId: string,
    ops: readonly Op[],
    session: SessionRecord,
    companion: Companion | null,
    nowMs: number,
    committed: () => void,
  ): ReturnType<Decide<readonly Settled<QueueResult>[]>> {
    const { parties, broadcaster, newCommitId } = this.#deps;
    const before = queueOf(companion);
    const causes: QueueCause[] = [];
    const settled: Settled<QueueResult>[] = [];
    let party: Party = { session, queue: before, effects: null };
    for (const { action, actor, nowMs: atMs } of ops) {
      const context = { session: party.session, nowMs: atMs, actor, present: parties.present(sessionId) };
      const decision = decideQueue(party.queue, action, context);
      if (decision.kind === 'refused') {
        settled.push({ error: decision.error });
        continue;
      }
      settled.push({ result: decision.result });
      if (decision.kind === 'repeat') continue;
      if (decision.cause !== null) causes.push(decision.cause);
      party = { ...party, queue: decision.next };
      if (decision.changeOver === null) continue;
      const { next, effects } = changeOver(party.session, decision.changeOver, {
        nowMs: atMs,
        atMs: atMs + CHANGE_OVER_MAX_MS,
        by: decision.changeOver.by,
      });
      party = {
        ...party,
        session: next,
        effects: party.effects === null ? effects : { ...effects, access: effects.access || party.effects.access },
      };
    }
    const { queue, effects } = party;
    if (queue === before) return { kind: 'done', result: settled };
    const next = companionOf(queue);
    return {
      kind: 'commit',
      next: withCompanion(party.session, next, newCommitId(), nowMs),
      effects,
      companion: next,
      result: settled,
      committed: () => {
        broadcaster.changed(changeBetween(sessionId, before, queue, causes));
        committed();
      },
    };
  }
}
