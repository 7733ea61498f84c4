// When a member says something unasked: the habits of the headless client (`shared/src/client`), which `load.test.ts`
// holds against it.

/** What members do besides keeping the connection open and taking what they are sent. */
export interface Habits {
  /** Clock exchanges: `burst` from the connect on like the client; `settled` as if connected for long; or none. */
  readonly clock: 'burst' | 'settled' | 'none';
  /** Reports: `joined` from the join on like the client; `settled` at any moment of the interval; or none. */
  readonly reports: 'joined' | 'settled' | 'none';
}

/** Just as the headless client. */
export const FRESH: Habits = { clock: 'burst', reports: 'joined' };
/** As the headless client after the first minutes. */
export const SETTLED: Habits = { clock: 'settled', reports: 'settled' };
/** Members that only take. */
export const SILENT: Habits = { clock: 'none', reports: 'none' };

const BURST_EXCHANGES = 8;
const BURST_INTERVAL_MS = 60;
const EARLY_EXCHANGES = 9;
const EARLY_INTERVAL_MS = 3000;
export const CLOCK_INTERVAL_MS = 12_000;

/** The exchanges of one client since it connected. */
export interface ClockRhythm {
  /** Exchanges that the burst still needs. */
  readonly left: number;
  /** Single exchanges since then. */
  readonly singles: number;
}

export const CLOCK_CONNECTED: ClockRhythm = { left: BURST_EXCHANGES, singles: 0 };

/** How long after an answer that asks for `restMs` of rest a client asks for the time again. */
export function nextClock({ left, singles }: ClockRhythm, restMs: number): { readonly rhythm: ClockRhythm; readonly delayMs: number } {
  if (left > 1 && restMs === 0) return { rhythm: { left: left - 1, singles }, delayMs: BURST_INTERVAL_MS };
  const intervalMs = singles < EARLY_EXCHANGES ? EARLY_INTERVAL_MS : CLOCK_INTERVAL_MS;
  return { rhythm: { left: 0, singles: singles + 1 }, delayMs: Math.max(intervalMs, restMs) };
}

const CROWD_INTERVAL_MS = 5000;
const FIRST_WITHIN_MS = 30_000;

/** How long after it joined a member reports first. */
export function firstReportDelayMs(intervalMs: number, random: number): number {
  return intervalMs > CROWD_INTERVAL_MS ? Math.min(intervalMs, FIRST_WITHIN_MS) * random : 0;
}

const REPORT_JITTER = 0.1;

/** How long after the answer to a report the next one is due. */
export function reportDelayMs(intervalMs: number, random: number): number {
  return intervalMs * (1 - REPORT_JITTER + 2 * REPORT_JITTER * random);
}

const QUEUE_CROWD = 100;
const QUEUE_WITHIN_MS = 5000;

/** How long after it joined a member asks for the queue. */
export function firstQueueDelayMs(memberCount: number, random: number): number {
  return memberCount > QUEUE_CROWD ? QUEUE_WITHIN_MS * random : 0;
}
