import type { SessionClient } from '@cowatch/shared/client';
import { Listeners } from '@cowatch/shared/listeners';
import type { ControlRules } from '../controls/playback-controls.ts';

/** Why a press was not passed on. */
export type ControlHint = 'no-control' | 'not-connected';

/** A press this soon after another person's was made before that could be seen. */
const CROSSING_MS = 400;

/** Control rules of a party: those with the right control it, while they are connected to it. */
export class PartyRules implements ControlRules {
  readonly #client: Pick<SessionClient, 'state' | 'clusterNowMs'>;
  readonly #hints = new Listeners<[hint: ControlHint]>();

  constructor(client: Pick<SessionClient, 'state' | 'clusterNowMs'>) {
    this.#client = client;
  }

  /** Tells of presses that were not passed on; returns its stop. */
  readonly onHint = this.#hints.add;

  allowed(): boolean {
    const { connection, you } = this.#client.state;
    return connection === 'joined' && you?.canControl === true;
  }

  admits(): boolean {
    if (this.allowed()) return true;
    const { connection } = this.#client.state;
    if (connection !== 'left') this.#hints.emit(connection === 'joined' ? 'no-control' : 'not-connected');
    return false;
  }

  /**
   * Somebody else has just played or paused: what is pressed now was aimed at what the button said before, and that has
   * happened already. Two people who press pause at once have paused, not paused and played.
   */
  crossed(): boolean {
    const { playback, you } = this.#client.state;
    const nowMs = this.#client.clusterNowMs();
    if (!playback || !you || nowMs === null) return false;
    const { cause, version } = playback.timeline;
    const toggled = cause.kind === 'play' || cause.kind === 'pause';
    // Versions are at least cluster time: this is when it was committed.
    return toggled && cause.memberId !== you.memberId && nowMs - version < CROSSING_MS;
  }
}
