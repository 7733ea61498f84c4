import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { CommandOutcome } from './session-client.types.ts';

/** At most one seek leaves in this time: a dragged bar or a held key becomes few commands, the last one among them. */
const SEEK_INTERVAL_MS = 250;

/** Sends the first of a series of seeks at once and the last one after a moment; those between are dropped. */
export class SeekCoalescer {
  readonly #env: ClientEnvironment;
  readonly #send: (positionS: number) => Promise<CommandOutcome>;
  #waitingS: number | null = null;
  #waiters: ((outcome: CommandOutcome) => void)[] = [];
  #timer: unknown = null;

  constructor(env: ClientEnvironment, send: (positionS: number) => Promise<CommandOutcome>) {
    this.#env = env;
    this.#send = send;
  }

  /** Resolves with the outcome of the command that carried this seek or a later one of the series. */
  seek(positionS: number): Promise<CommandOutcome> {
    if (this.#timer === null) {
      this.#timer = this.#env.setTimer(() => this.#flush(), SEEK_INTERVAL_MS);
      return this.#send(positionS);
    }
    this.#waitingS = positionS;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  stop(): void {
    this.#env.clearTimer(this.#timer);
  }

  #flush(): void {
    this.#timer = null;
    if (this.#waitingS === null) return;
    const positionS = this.#waitingS;
    const waiters = this.#waiters;
    this.#waitingS = null;
    this.#waiters = [];
    this.#timer = this.#env.setTimer(() => this.#flush(), SEEK_INTERVAL_MS);
    void this.#send(positionS).then((outcome) => {
      for (const resolve of waiters) resolve(outcome);
    });
  }
}
