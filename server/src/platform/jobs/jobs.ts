import { CodedError } from '@cowatch/shared/protocol';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** Periodic work of a feature. */
export interface Job {
  /** Names it in logs and metrics; one of a kind on a server. */
  readonly name: string;
  /** From the beginning of one run to that of the next, in milliseconds. A run that takes longer delays the next one: none overlap. */
  readonly intervalMs: number;
  /**
   * Each interval is longer or shorter by up to this share of it, at random, lest all instances act in the same moment.
   * `DEFAULT_JITTER` where it is left out.
   */
  readonly jitter?: number;
  /** One run; what it throws is logged, and the next run tries again. */
  run(): Promise<void> | void;
}

const DEFAULT_JITTER = 0.1;

export interface JobRunnerDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** From 0 to 1; `Math.random` where it is left out. */
  random?(): number;
}

/** Runs jobs, each in a timer of its own, until they are stopped. */
export class JobRunner {
  readonly #deps: JobRunnerDeps;
  readonly #duration;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Jobs whose last run failed: an outage is logged when it begins, not with every run. */
  readonly #failing = new Set<string>();

  constructor(deps: JobRunnerDeps) {
    this.#deps = deps;
    this.#duration = deps.metrics.histogram({
      name: 'cowatch_job_duration_seconds',
      help: 'How long one run of a periodic job took, by its outcome.',
      labelNames: ['job', 'outcome'],
      buckets: [0.001, 0.01, 0.1, 1, 10, 60],
    });
  }

  /** The first run is one interval away. Throws where another job has the name. */
  start(jobs: readonly Job[]): void {
    for (const job of jobs) {
      if (this.#timers.has(job.name)) throw new Error(`the job ${job.name} is started twice`);
      this.#schedule(job, 0);
    }
  }

  /** No run begins any more; one under way is not waited for. */
  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #schedule(job: Job, tookMs: number): void {
    const { random = Math.random } = this.#deps;
    const jitter = (random() * 2 - 1) * (job.jitter ?? DEFAULT_JITTER);
    const timer = setTimeout(() => void this.#run(job), Math.max(0, job.intervalMs * (1 + jitter) - tookMs));
    this.#timers.set(job.name, timer);
  }

  async #run(job: Job): Promise<void> {
    const startedMs = performance.now();
    const outcome = await this.#attempt(job);
    const tookMs = performance.now() - startedMs;
    this.#duration.observe({ job: job.name, outcome }, tookMs / 1000);
    if (this.#timers.has(job.name)) this.#schedule(job, tookMs);
  }

  async #attempt(job: Job): Promise<'ok' | 'failed'> {
    try {
      await job.run();
      this.#failing.delete(job.name);
      return 'ok';
    } catch (error) {
      this.#failed(job, error);
      return 'failed';
    }
  }

  /** What is unavailable has been reported by those who keep it; anything else is a fault of this program. */
  #failed({ name }: Job, error: unknown): void {
    const { log } = this.#deps;
    const isFirst = !this.#failing.has(name);
    this.#failing.add(name);
    if (!(error instanceof CodedError)) log.error({ err: error, job: name }, 'a job failed; its next run tries again');
    else log[isFirst ? 'warn' : 'debug']({ reason: error.message, job: name }, 'a job could not be done; its next run tries again');
  }
}
