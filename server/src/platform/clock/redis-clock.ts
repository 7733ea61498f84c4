import { randomBytes } from 'node:crypto';
import type { HealthPart, PartHealth } from '../health/health.ts';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { formatAnchor, parseAnchor } from './clock-anchor.ts';
import { type ClockSources, type ClusterClock, machineSources } from './cluster-clock.ts';
import { BURST_INTERVAL_MS, ClusterEstimator, WAIT_INTERVAL_MS } from './cluster-estimator.ts';

/** The anchor of cluster time. In a Cluster, the node that owns this key is the one whose `TIME` counts. */
export const CLOCK_KEY = 'cowatch:{clock}:bias';

/** `TIME`, the run of the server and the anchor, in one breath and from one node. */
const READ = `
local time = redis.call('TIME')
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
return {time[1], time[2], run or 'unknown', redis.call('GET', KEYS[1])}`;

/** Puts an anchor there if what is there is still what was read (nothing: an empty text). */
const SWAP = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1`;

/** Without an answer for so long the clock is said to run by itself. */
const ALONE_AFTER_MS = 10_000;

export interface RedisClockOptions {
  readonly redis: Redis;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly sources?: ClockSources;
}

/** The clock of a cluster, with what its owner alone may do. */
export interface RedisClock extends ClusterClock {
  /** Cluster time here is no further than this from what Redis' clock and the bias say, in milliseconds. */
  errorBoundMs(): number;
  readonly healthPart: HealthPart;
  stop(): void;
}

/**
 * Cluster time by the clock of Redis (`ClusterEstimator`), read once a second, and at once when Redis is back. The
 * machine's wall clock has no part in it: it is shown only until the time is known, when nobody is let in yet.
 */
export function startRedisClock({ redis, log, metrics, sources = machineSources }: RedisClockOptions): RedisClock {
  const estimator = new ClusterEstimator();
  const originMs = sources.wallMs() - sources.monotonicMs();
  const waiting = new Set<() => void>();
  let lastMs = 0;
  let answeredMs: number | null = null;
  let trouble: string | null = null;
  let timer: NodeJS.Timeout | null = null;
  let reading = false;
  let again = false;
  let stopped = false;

  const mended = metrics.counter({
    name: 'cowatch_clock_anchors_total',
    help: 'Anchors of cluster time that this instance wrote, by the reason',
    labelNames: ['kind'],
  });
  metrics.gauge({
    name: 'cowatch_clock_error_bound_seconds',
    help: 'How far cluster time here may be from that of Redis',
    collect() {
      if (estimator.known) this.set(errorBoundMs() / 1000);
    },
  });

  function errorBoundMs(): number {
    return estimator.errorBoundMs(sources.monotonicMs());
  }

  async function read(): Promise<number> {
    const askedMs = sources.monotonicMs();
    const answer = await redis.run((client) => client.eval(READ, 1, CLOCK_KEY));
    const nowMs = sources.monotonicMs();
    const [seconds, micros, nodeId, text] = answer as [string, string, string, string | null];
    answeredMs = nowMs;
    const timeMs = Number(seconds) * 1000 + Number(micros) / 1000;
    const anchor = parseAnchor(text);
    const proposal = estimator.take({ askedMs, answeredMs: nowMs, timeMs, nodeId, anchor });
    tell();
    if (proposal === null) return estimator.nextReadingInMs;
    const next = formatAnchor(proposal.anchor);
    if ((await redis.run((client) => client.eval(SWAP, 1, CLOCK_KEY, text ?? '', next))) === 1) {
      mended.inc({ kind: proposal.kind });
      log.info({ kind: proposal.kind, anchor: next, before: text }, 'cluster time has a new anchor');
    }
    return BURST_INTERVAL_MS;
  }

  /** Says what has changed: to the log, and to those who wait for the time. */
  function tell(): void {
    if (estimator.trouble !== trouble) {
      trouble = estimator.trouble;
      if (estimator.known && trouble !== null) log.warn({ trouble }, 'cluster time goes on without Redis for a moment');
    }
    if (!estimator.known || waiting.size === 0) return;
    for (const callback of [...waiting]) callback();
    waiting.clear();
  }

  function schedule(delayMs: number): void {
    if (timer !== null) clearTimeout(timer);
    timer = stopped ? null : setTimeout(beat, delayMs);
    timer?.unref();
  }

  function beat(): void {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    again = false;
    read()
      // That Redis is away is said elsewhere; time goes on.
      .catch(() => WAIT_INTERVAL_MS)
      .then((nextInMs) => {
        reading = false;
        schedule(again ? 0 : nextInMs);
      });
  }

  const forget = redis.onRecover(beat);
  beat();

  return {
    instanceId: randomBytes(9).toString('base64url'),
    get ready() {
      return estimator.known;
    },
    onReady(callback) {
      if (estimator.known) callback();
      else waiting.add(callback);
      return () => {
        waiting.delete(callback);
      };
    },
    nowMs() {
      const localMs = sources.monotonicMs();
      if (!estimator.known) return originMs + localMs;
      // Doubles at this scale have 0.2 µs: without this their rounding could be seen to go back.
      lastMs = Math.max(lastMs, localMs + (estimator.offsetMs(localMs) ?? originMs));
      return lastMs;
    },
    errorBoundMs,
    healthPart: { name: 'clock', check: () => healthOf(estimator, answeredMs, sources.monotonicMs()) },
    stop() {
      stopped = true;
      forget();
      schedule(0);
    },
  };
}

function healthOf(estimator: ClusterEstimator, answeredMs: number | null, nowMs: number): PartHealth {
  if (!estimator.known) return { state: 'down', detail: estimator.trouble ?? 'cluster time is not known yet' };
  const bound = `within ${estimator.errorBoundMs(nowMs).toFixed(1)} ms`;
  const silentMs = nowMs - (answeredMs ?? nowMs);
  if (silentMs > ALONE_AFTER_MS) {
    return { state: 'degraded', detail: `runs by itself for ${Math.round(silentMs / 1000)} s, ${bound}` };
  }
  if (estimator.trouble !== null) return { state: 'degraded', detail: `${estimator.trouble}; ${bound}` };
  return { state: 'ok', detail: bound };
}
