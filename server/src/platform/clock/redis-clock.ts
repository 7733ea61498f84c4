import { randomBytes } from 'node:crypto';
import { Listeners } from '@cowatch/shared/listeners';
import type { HealthPart } from '../health/health.ts';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { PollLoop } from '../poll-loop.ts';
import type { Redis } from '../redis/redis.ts';
import { readNodeTime, swapAnchor } from './anchor.redis.ts';
import { formatAnchor } from './clock-anchor.ts';
import { type ClockSources, type ClusterClock, machineSources } from './cluster-clock.ts';
import { BURST_INTERVAL_MS, ClusterEstimator, WAIT_INTERVAL_MS } from './cluster-estimator.ts';
import { redisClockHealth, redisClockState } from './redis-clock-state.ts';

export interface RedisClockOptions {
  readonly redis: Redis;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly sources?: ClockSources;
}

/** Starts the clock of a cluster. */
export function startRedisClock(options: RedisClockOptions): RedisClock {
  const clock = new RedisClock(options);
  clock.start();
  return clock;
}

/**
 * Cluster time by the clock of Redis (`ClusterEstimator`), read once a second, and at once when Redis is back. The
 * machine's wall clock has no part in it: it is shown only until the time is known, when no socket is admitted yet.
 */
export class RedisClock implements ClusterClock {
  readonly instanceId = randomBytes(9).toString('base64url');
  readonly healthPart: HealthPart = { name: 'clock', check: () => this.#health() };
  readonly #redis: Redis;
  readonly #log: Logger;
  readonly #sources: ClockSources;
  readonly #estimator = new ClusterEstimator();
  readonly #readings = new PollLoop(() => this.#nextReading());
  readonly #onceReady = new Listeners();
  /** Unix milliseconds of the wall clock at local 0. */
  readonly #originMs: number;
  readonly #anchorsWritten;
  #lastMs = 0;
  /** When Redis answered last, in local milliseconds. */
  #answeredMs: number | null = null;
  #loggedTrouble: string | null = null;
  #stopListening = () => {};

  constructor({ redis, log, metrics, sources = machineSources }: RedisClockOptions) {
    this.#redis = redis;
    this.#log = log;
    this.#sources = sources;
    this.#originMs = sources.wallMs() - sources.monotonicMs();
    this.#anchorsWritten = metrics.counter({
      name: 'cowatch_clock_anchors_total',
      help: 'Anchors of cluster time that this instance wrote, by the reason',
      labelNames: ['kind'],
    });
    const errorBoundS = () => (this.ready ? this.errorBoundMs() / 1000 : null);
    metrics.gauge({
      name: 'cowatch_clock_error_bound_seconds',
      help: 'How far cluster time here may be from that of Redis',
      collect() {
        const boundS = errorBoundS();
        if (boundS !== null) this.set(boundS);
      },
    });
  }

  start(): void {
    const read = () => void this.#readings.poke();
    this.#stopListening = this.#redis.onRecover(read);
    read();
  }

  get ready(): boolean {
    return this.#estimator.known;
  }

  onReady(callback: () => void): () => void {
    if (!this.ready) return this.#onceReady.add(callback);
    callback();
    return () => {};
  }

  nowMs(): number {
    const localMs = this.#sources.monotonicMs();
    if (!this.#estimator.known) return this.#originMs + localMs;
    // Doubles at this scale have 0.2 µs: without this their rounding could be seen to go back.
    this.#lastMs = Math.max(this.#lastMs, localMs + (this.#estimator.offsetMs(localMs) ?? this.#originMs));
    return this.#lastMs;
  }

  /** Cluster time here is no further than this from what Redis' clock and the bias say, in milliseconds. */
  errorBoundMs(): number {
    return this.#estimator.errorBoundMs(this.#sources.monotonicMs());
  }

  stop(): void {
    this.#stopListening();
    this.#readings.stop();
  }

  /** Takes a reading; resolves with the pause until the next one. An outage is logged by the connection; time goes on. */
  async #nextReading(): Promise<number> {
    try {
      return await this.#read();
    } catch {
      return WAIT_INTERVAL_MS;
    }
  }

  async #read(): Promise<number> {
    const askedMs = this.#sources.monotonicMs();
    const { text, ...node } = await readNodeTime(this.#redis);
    const answeredMs = this.#sources.monotonicMs();
    this.#answeredMs = answeredMs;
    const proposal = this.#estimator.take({ askedMs, answeredMs, ...node });
    this.#noteTrouble();
    if (this.ready && this.#onceReady.size > 0) {
      this.#onceReady.emit();
      this.#onceReady.clear();
    }
    if (proposal === null) return this.#estimator.nextReadingInMs;
    const { kind, anchor } = proposal;
    if (await swapAnchor(this.#redis, text, anchor)) {
      this.#anchorsWritten.inc({ kind });
      this.#log.info({ kind, anchor: formatAnchor(anchor), before: text }, 'cluster time has a new anchor');
    }
    return BURST_INTERVAL_MS;
  }

  #noteTrouble(): void {
    const { trouble } = this.#estimator;
    if (trouble === this.#loggedTrouble) return;
    this.#loggedTrouble = trouble;
    if (this.ready && trouble !== null) this.#log.warn({ trouble }, 'cluster time goes on without Redis for a moment');
  }

  #health() {
    const nowMs = this.#sources.monotonicMs();
    return redisClockHealth(redisClockState(this.#estimator, this.#answeredMs, nowMs), this.#estimator.errorBoundMs(nowMs));
  }
}
