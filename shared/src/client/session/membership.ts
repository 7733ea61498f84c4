import type { JoinSnapshot, Look, Playback, ProtocolError, RemovalReason } from '../../protocol/index.ts';
import { newerPlayback } from '../../timeline/index.ts';
import type { Asker } from '../connection/questions.ts';
import { retryDelayMs } from '../connection/refusal.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { ConnectionPhase } from './session-state.ts';
import { isOver, lostAt, lostAtMsOf, phaseOf, type Standing } from './standing.ts';

/** Codes that a later try at joining may not answer with again. */
const PASSING: readonly ProtocolError['code'][] = ['unavailable', 'rate_limited', 'internal', 'conflict'];

/** A join that was refused for the moment, and not told for how long, is tried again after so long and up to so much more. */
const REJOIN_MIN_MS = 500;
const REJOIN_SPREAD_MS = 1500;

export interface MembershipDeps {
  readonly connection: Asker & { open(): void; disconnect(): void };
  readonly env: ClientEnvironment;
  readonly sessionId: string;
  /** Who joins; read at every join. */
  readonly own: { readonly name: string; readonly look: Look | undefined; readonly linkKey: string | undefined };
  /** In: `early` is the newest timeline that this connection brought before the answer. */
  onJoined(snapshot: JoinSnapshot, early: Playback | null): void;
  onChange(): void;
}

/** Membership of one session: joined at every connect, held through every interruption. */
export class Membership {
  readonly #deps: MembershipDeps;
  #standing: Standing = { kind: 'out' };
  #error: ProtocolError | null = null;
  #timer: unknown = null;

  constructor(deps: MembershipDeps) {
    this.#deps = deps;
  }

  get phase(): ConnectionPhase {
    return phaseOf(this.#standing);
  }

  /** Since when the connection is lost, in local monotonic milliseconds; else null. */
  get lostAtMs(): number | null {
    return lostAtMsOf(this.#standing);
  }

  /** Why it `failed`, or the last refusal of the join. */
  get error(): ProtocolError | null {
    return this.#error;
  }

  get isIn(): boolean {
    return this.#standing.kind === 'in';
  }

  /** Why they were removed; null where they were not. */
  get removal(): RemovalReason | null {
    return this.#standing.kind === 'ended' && this.#standing.how === 'removed' ? this.#standing.reason : null;
  }

  get hasLeft(): boolean {
    return this.#standing.kind === 'left';
  }

  /** There is a new connection, on which the server does not know this member yet. */
  connected(): void {
    if (isOver(this.#standing)) return;
    this.#standing = { kind: 'joining', lostAtMs: this.lostAtMs, early: null };
    void this.join();
  }

  lost(): void {
    const { env, onChange } = this.#deps;
    env.clearTimer(this.#timer);
    this.#standing = lostAt(this.#standing, env.nowMs());
    onChange();
  }

  /** Joins, or joins again where the server does not know this member any more. */
  async join(): Promise<void> {
    const { connection, env, sessionId, own, onChange } = this.#deps;
    env.clearTimer(this.#timer);
    const answer = await connection.ask('session:join', {
      sessionId,
      name: own.name,
      ...(own.look ? { look: own.look } : {}),
      ...(own.linkKey === undefined ? {} : { key: own.linkKey }),
    });
    if (isOver(this.#standing)) return;
    if (answer.ok) {
      this.#adopt(answer.data);
      return;
    }
    this.#error = answer.error;
    if (answer.error.reason === 'knock') {
      this.#standing = { kind: 'knocking' };
      onChange();
      return;
    }
    if (!PASSING.includes(answer.error.code)) {
      this.refused(answer.error);
      return;
    }
    onChange();
    if (!connection.connected) return;
    const { retryAfterMs } = answer.error;
    const random = env.random();
    const delayMs = retryAfterMs === undefined ? REJOIN_MIN_MS + random * REJOIN_SPREAD_MS : retryDelayMs(retryAfterMs, random);
    this.#timer = env.setTimer(() => void this.join(), delayMs);
  }

  /** Keeps a timeline that comes before the join's answer. */
  keepEarly(playback: Playback): void {
    const standing = this.#standing;
    if (standing.kind === 'joining') this.#standing = { ...standing, early: newerPlayback(standing.early, playback) };
  }

  refused(error: ProtocolError): void {
    this.#error = error;
    this.end(error.code === 'gone' ? 'ended' : 'failed');
  }

  /** A host has let them in, or has not. */
  admitted(isAdmitted: boolean): void {
    if (this.#standing.kind !== 'knocking') return;
    if (!isAdmitted) {
      this.refused({ code: 'forbidden', message: 'No host has let you in.', reason: 'not_open' });
      return;
    }
    this.#standing = { kind: 'joining', lostAtMs: null, early: null };
    void this.join();
  }

  removed(reason: RemovalReason): void {
    this.#end({ kind: 'ended', how: 'removed', reason });
  }

  end(how: 'ended' | 'failed'): void {
    this.#end({ kind: 'ended', how });
  }

  #end(standing: Standing): void {
    if (this.hasLeft) return;
    this.#standing = standing;
    this.#deps.env.clearTimer(this.#timer);
    this.#deps.connection.disconnect();
    this.#deps.onChange();
  }

  retry(): void {
    if (this.hasLeft) return;
    if (this.#standing.kind === 'ended') this.#standing = { kind: 'out' };
    this.#error = null;
    this.#deps.connection.open();
    this.#deps.onChange();
  }

  leave(): void {
    const { connection, env, sessionId } = this.#deps;
    if (connection.connected && this.isIn) void connection.ask('session:leave', { sessionId });
    this.#standing = { kind: 'left' };
    env.clearTimer(this.#timer);
  }

  #adopt(snapshot: JoinSnapshot): void {
    // The connection broke behind the answer: the next one joins anew.
    if (this.#standing.kind !== 'joining' && !this.isIn) return;
    const early = this.#standing.kind === 'joining' ? this.#standing.early : null;
    this.#standing = { kind: 'in' };
    this.#error = null;
    this.#deps.onJoined(snapshot, early);
  }
}
