import { type ClockEstimate, createClockFilter, createSlewedClock, type SlewedClock } from '../../clock/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { Connection } from './connection.ts';

/** Exchanges in one burst, and the time between them in milliseconds. */
export const BURST_EXCHANGES = 8;

/** On a far link, where messages overtake each other by tens of milliseconds, so many more. */
export const FAR_BURST_EXCHANGES = 24;
const FAR_RTT_MS = 80;
export const BURST_INTERVAL_MS = 60;

/** Time between single exchanges once the clock is known: often at first, then seldom. */
const EARLY_INTERVAL_MS = 3000;
const EARLY_EXCHANGES = 8;
const INTERVAL_MS = 12_000;

/** Wall and monotonic clock parting by more than this between two looks means that the machine slept. */
const SLEEP_MS = 1500;

export interface ClockSync {
  readonly clock: SlewedClock;
  readonly estimate: ClockEstimate | null;
  /** Measures anew: on connect, wake and network change. */
  burst(): void;
  stop(): void;
}

/**
 * Keeps cluster time: a burst of exchanges, then single ones, each over the live connection.
 *
 * @param onChange called after every estimate; `found` is true for the one that ends a burst
 */
export function createClockSync(connection: Connection, env: ClientEnvironment, onChange: (found: boolean) => void): ClockSync {
  const filter = createClockFilter();
  const clock = createSlewedClock();
  let generation = 0;
  let timer: unknown = null;
  let stopped = false;
  let extended = false;
  let skewMs = env.wallMs() - env.nowMs();

  /** How long the server asks to be left alone now (0 where it does not), or null where it gave no answer. */
  const exchange = async (step: boolean): Promise<number | null> => {
    const askedMs = env.nowMs();
    const answer = await connection.ask('clock:ping', {});
    const answeredMs = env.nowMs();
    if (stopped || !answer.ok) return null;
    filter.add({ ...answer.data, askedMs, answeredMs });
    const estimate = filter.estimate(answeredMs);
    if (estimate) clock.update(estimate.offsetMs, answeredMs, step);
    return Math.min(answer.data.restMs ?? 0, INTERVAL_MS);
  };

  const wait = (delayMs: number, then: () => void) => {
    env.clearTimer(timer);
    timer = env.setTimer(then, delayMs);
  };

  const noticeSleep = (): boolean => {
    const nowSkewMs = env.wallMs() - env.nowMs();
    const slept = Math.abs(nowSkewMs - skewMs) > SLEEP_MS;
    skewMs = nowSkewMs;
    return slept;
  };

  const single = async (mine: number, count: number) => {
    if (mine !== generation) return;
    if (noticeSleep()) {
      burst();
      return;
    }
    const restMs = await exchange(false);
    if (restMs !== null) onChange(false);
    if (mine === generation) {
      const intervalMs = count < EARLY_EXCHANGES ? EARLY_INTERVAL_MS : INTERVAL_MS;
      wait(Math.max(intervalMs, restMs ?? 0), () => void single(mine, count + 1));
    }
  };

  /** Exchanges that the burst still needs when `left` of them were due before this one. */
  const moreAfter = (left: number): number => {
    const far = left === 1 && !extended && (filter.estimate(env.nowMs())?.rttMs ?? 0) > FAR_RTT_MS;
    if (!far) return left - 1;
    extended = true;
    return FAR_BURST_EXCHANGES - BURST_EXCHANGES;
  };

  const step = async (mine: number, left: number) => {
    if (mine !== generation) return;
    const restMs = await exchange(true);
    if (mine !== generation) return;
    // Asked to rest, as one of very many: what is known so far will do, and single exchanges make it better.
    const remaining = restMs ? 0 : moreAfter(left);
    if (restMs !== null) onChange(remaining === 0);
    if (remaining > 0 && connection.connected) wait(BURST_INTERVAL_MS, () => void step(mine, remaining));
    else wait(Math.max(EARLY_INTERVAL_MS, restMs ?? 0), () => void single(mine, 0));
  };

  const burst = () => {
    generation += 1;
    skewMs = env.wallMs() - env.nowMs();
    extended = false;
    // What is known stays in use until the first new sample contradicts it.
    filter.reset();
    void step(generation, BURST_EXCHANGES);
  };

  return {
    clock,
    get estimate() {
      return filter.estimate(env.nowMs());
    },
    burst,
    stop() {
      stopped = true;
      generation += 1;
      env.clearTimer(timer);
    },
  };
}
