import { Listeners } from '../../listeners.ts';
import {
  type Answer,
  type QueueCause,
  type QueueChange,
  type QueueMedia,
  type QueuePlace,
  type QueueResult,
  SKIP_PERCENT,
} from '../../protocol/index.ts';
import { skipVotesNeeded } from '../../queue/skip-votes.ts';
import type { TypedConnection } from '../connection/typed-connection.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { type CommandSender, newOpId } from '../session/command-sender.ts';
import type { SessionState } from '../session/session-state.ts';
import { messagesOf } from './add-messages.ts';
import { itemsWith, type OwnPerson, type PendingOp, type QueueBody } from './pending-ops.ts';
import type { QueueClient, QueueOutcome, QueueView } from './queue-client.types.ts';
import { QueueReplica } from './queue-replica.ts';

/** A change that builds upon one that has not come is waited with for so long; then the queue is read anew. */
const GAP_WAIT_MS = 400;
/** A queue that could not be read is asked for again after so long and up to so much more. */
const READ_AGAIN_MS = 2000;
/** In a crowd the queue is read at any moment of this time after a join: those who come together must not all ask together. */
const CROWD_READ_WITHIN_MS = 5000;
const CROWD = 100;

export interface LiveQueueDeps {
  readonly connection: TypedConnection;
  readonly env: ClientEnvironment;
  readonly sender: CommandSender;
  readonly sessionId: string;
  /** The session as it is known here. */
  state(): SessionState;
  /** As whom this client joins. */
  readonly own: { readonly name: string };
}

/** The queue as this client lives it: what the server tells, and on top of it the own commands that are on their way. */
export class LiveQueue {
  /** What is offered of it. */
  readonly client: QueueClient;
  readonly #deps: LiveQueueDeps;
  readonly #changes = new Listeners();
  readonly #causes = new Listeners<[QueueCause & { readonly own: boolean }]>();
  readonly #replica = new QueueReplica();
  #pending: readonly PendingOp[] = [];
  #timer: unknown = null;
  #reading = false;
  #view: QueueView;
  #seen: readonly unknown[] = [];

  constructor(deps: LiveQueueDeps) {
    this.#deps = deps;
    this.#view = this.#read();
    const view = () => this.#view;
    this.client = {
      get view() {
        return view();
      },
      ...this.#commands(),
    };
    deps.connection.on('queue:changed', (change) => {
      if (change.sessionId === deps.sessionId) this.#take(change);
    });
  }

  /** This client is in the party: again, or for the first time. */
  joined(): void {
    const { env, state } = this.#deps;
    env.clearTimer(this.#timer);
    const isOneOfMany = state().memberCount > CROWD && state().you?.role === 'member';
    this.#timer = env.setTimer(() => void this.#load(), isOneOfMany ? env.random() * CROWD_READ_WITHIN_MS : 0);
  }

  /** The session is another: who may what, what is on, who is there. */
  update(): void {
    const { state } = this.#deps;
    const { connection, you, playback, members, memberCount } = state();
    const { queue, history } = this.#replica;
    const seen = [
      connection,
      you?.memberId,
      you?.role,
      you?.rights.queue,
      you?.rights.video,
      playback?.media.id,
      members,
      memberCount,
      queue,
      history,
      this.#pending,
    ];
    if (seen.every((one, index) => one === this.#seen[index])) return;
    this.#seen = seen;
    this.#view = this.#read();
    this.#changes.emit();
  }

  stop(): void {
    this.#deps.env.clearTimer(this.#timer);
  }

  #commands(): Omit<QueueClient, 'view'> {
    return {
      subscribe: this.#changes.add,
      onCause: this.#causes.add,
      add: (items, place) => this.#add(items, place),
      move: (itemId, place) => this.#command({ kind: 'move', itemId, place }),
      remove: (itemId) => this.#command({ kind: 'remove', itemId }),
      playNow: (itemId, positionS) => this.#command({ kind: 'play-now', itemId, ...(positionS === undefined ? {} : { positionS }) }),
      again: (itemId, place) => this.#command({ kind: 'again', itemId, ...(place === undefined ? {} : { place }) }),
      next: () => this.#command({ kind: 'next', fromItemId: this.#currentId }),
      stay: (on) => this.#command({ kind: 'stay', fromItemId: this.#currentId, on }),
      vote: async (itemId, on) => {
        const outcome = await this.#command({ kind: 'vote', itemId, on });
        if (outcome.ok) this.#replica.voted(itemId, on);
        this.update();
        return outcome;
      },
      skip: async (on) => {
        const outcome = await this.#command({ kind: 'skip', fromItemId: this.#currentId, on });
        if (outcome.ok) this.#replica.skipVoted(on && (this.#replica.queue?.status.skipVotes ?? 0) > 0);
        this.update();
        return outcome;
      },
      clear: () => this.#command({ kind: 'clear' }),
      undo: () => this.#command({ kind: 'undo' }),
      setMode: (mode) => this.#command({ kind: 'mode', mode }),
      setAuto: (on) => this.#command({ kind: 'auto', on }),
      setSkipPercent: (percent) => this.#command({ kind: 'skip-percent', percent }),
      loadHistory: () => this.#loadHistory(),
    };
  }

  get #currentId(): string | null {
    return this.#view.current?.itemId ?? null;
  }

  async #load(): Promise<void> {
    const { connection, env, sessionId, state } = this.#deps;
    if (this.#reading || state().connection !== 'joined') return;
    this.#reading = true;
    const answer = await connection.ask('queue:list', { sessionId, part: 'queue' });
    this.#reading = false;
    if (answer.ok && answer.data.part === 'queue') {
      this.#replica.adopt(answer.data);
      this.#settle();
      if (this.#replica.history !== null) await this.#loadHistory();
    }
    if (!answer.ok || this.#replica.hasGap) this.#loadIn(READ_AGAIN_MS * (1 + env.random()));
  }

  #loadIn(delayMs: number): void {
    const { env } = this.#deps;
    env.clearTimer(this.#timer);
    this.#timer = env.setTimer(() => void this.#load(), delayMs);
  }

  async #loadHistory(): Promise<void> {
    const { connection, sessionId } = this.#deps;
    const answer = await connection.ask('queue:list', { sessionId, part: 'history' });
    if (!answer.ok || answer.data.part !== 'history') return;
    this.#replica.adoptHistory(answer.data.history);
    this.update();
  }

  #take(change: QueueChange): void {
    const applied = this.#replica.take(change);
    this.#settle();
    const ownId = this.#deps.state().you?.memberId;
    for (const { causes } of applied) for (const cause of causes) this.#causes.emit({ ...cause, own: cause.memberId === ownId });
    // In a crowd not all at once: what one missed, most have missed.
    if (this.#replica.hasGap && !this.#reading) this.#loadIn(GAP_WAIT_MS * (1 + this.#deps.env.random()));
  }

  /** Own commands that the queue shows by now are no longer put on top of it. */
  #settle(): void {
    const version = this.#replica.queue?.version ?? 0;
    const pending = this.#pending.filter(({ shownBy }) => shownBy === null || shownBy > version);
    if (pending.length !== this.#pending.length) this.#pending = pending;
    this.update();
  }

  /** Splits what is added into messages of a size that the server takes. */
  async #add(items: readonly QueueMedia[], place?: QueuePlace): Promise<QueueOutcome> {
    const parts = messagesOf(items);
    const added: (string | null)[] = [];
    let at = place;
    let outcome: QueueOutcome = { ok: true, changed: false, added };
    for (const part of parts) {
      const answer = await this.#command({ kind: 'add', items: part, ...(at === undefined ? {} : { place: at }) });
      // What was added before stays, and is told of.
      if (!answer.ok) return added.length === 0 ? answer : { ...outcome, added: [...added, ...nothing(items.length - added.length)] };
      added.push(...answer.added);
      outcome = { ...answer, added };
      const last = answer.added.findLast((itemId) => itemId !== null);
      if (at !== undefined && at !== 'last' && last != null) at = { after: last };
    }
    return outcome;
  }

  async #command(body: QueueBody): Promise<QueueOutcome> {
    const { env, sender, connection } = this.#deps;
    const op: PendingOp = { opId: newOpId(env), body, issuedAtMs: connection.serverNowMs() ?? 0, shownBy: null };
    this.#pending = [...this.#pending, op];
    this.update();
    const answer: Answer<QueueResult> = await sender.deliver('queue:command', body, op.opId);
    if (!answer.ok || !answer.data.changed) this.#pending = this.#pending.filter((one) => one !== op);
    else op.shownBy = answer.data.version;
    this.#settle();
    if (!answer.ok) return answer;
    const { changed, added = [], kept } = answer.data;
    return { ok: true, changed, added, ...(kept === false ? { kept } : {}) };
  }

  #read(): QueueView {
    const { state, sessionId, own } = this.#deps;
    const { connection, you, playback, members, memberCount } = state();
    const { queue, history } = this.#replica;
    const status = queue?.status;
    const memberId = you?.memberId ?? null;
    const person: OwnPerson | null = memberId === null ? null : { sessionId, memberId, name: own.name };
    const isOn = status?.current != null && status.current.mediaId === playback?.media.id;
    const may = (right: 'queue' | 'video') => you?.rights[right] === true;
    const present = members.length === memberCount ? members.filter(({ state: doing }) => doing !== 'away').length : memberCount;
    const percent = status?.skipPercent ?? SKIP_PERCENT;
    return {
      phase: queue === null ? 'loading' : connection === 'joined' ? 'ready' : 'stale',
      items: queue === null ? [] : itemsWith(queue, this.#pending, person),
      mode: status?.mode ?? 'manual',
      auto: status?.auto ?? true,
      current: isOn && status?.current ? { itemId: status.current.itemId, addedBy: status.current.addedBy } : null,
      stay: status?.stay ?? false,
      skip: { votes: status?.skipVotes ?? 0, needed: skipVotesNeeded(present, percent), percent, voted: queue?.skipVoted ?? false },
      undo: status?.undo ? { ...status.undo, own: status.undo.memberId === memberId } : null,
      history,
      you: { canQueue: may('queue'), canReplace: may('video'), isHost: you !== null && you.role !== 'member' },
    };
  }
}

const nothing = (count: number): null[] => Array.from({ length: count }, () => null);
