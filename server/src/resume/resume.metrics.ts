import type { Metrics } from '../platform/metrics/metrics.ts';

/** Metrics of resume. */
export interface ResumeMetrics {
  saved(outcome: string): void;
  /** Counts a position that the database refused. */
  refused(): void;
  /** Counts new dead letters. */
  deadLettered(count: number): void;
  /** Times a write of so many changes. */
  writing<T>(changes: number, write: () => Promise<T>): Promise<T>;
}

/** Gauges, read with every scrape. */
export interface ResumeGauges {
  readonly waiting: number;
  readonly journal: number;
}

/** Registers the metrics of resume. */
export function createResumeMetrics(metrics: Metrics, read: () => ResumeGauges): ResumeMetrics {
  const gauge = (name: string, help: string, value: (gauges: ResumeGauges) => number) =>
    metrics.gauge({
      name,
      help,
      collect() {
        this.set(value(read()));
      },
    });
  gauge('cowatch_resume_waiting', 'Positions that wait to be written', ({ waiting }) => waiting);
  gauge('cowatch_resume_journal', 'Positions in Redis that are not in PostgreSQL yet', ({ journal }) => journal);
  const saves = metrics.counter({
    name: 'cowatch_resume_saves_total',
    help: 'Positions by what became of them',
    labelNames: ['outcome'],
  });
  const refusals = metrics.counter({
    name: 'cowatch_resume_refused_total',
    help: 'Positions that the database refused, and whose devices were told so',
  });
  const deadLetters = metrics.counter({
    name: 'cowatch_resume_dead_letters_total',
    help: 'Acknowledged positions that PostgreSQL refused, and that were put aside',
  });
  const writes = metrics.histogram({
    name: 'cowatch_resume_write_seconds',
    help: 'Duration of one write of positions that came together',
    labelNames: ['outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
  });
  const sizes = metrics.histogram({
    name: 'cowatch_resume_write_positions',
    help: 'Positions in one write',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
  });
  return {
    saved: (outcome) => saves.inc({ outcome }),
    refused: () => refusals.inc(),
    deadLettered: (count) => deadLetters.inc(count),
    async writing(changes, write) {
      sizes.observe(changes);
      const from = process.hrtime.bigint();
      const done = (outcome: string) => writes.observe({ outcome }, Number(process.hrtime.bigint() - from) / 1e9);
      try {
        const result = await write();
        done('written');
        return result;
      } catch (error) {
        done('failed');
        throw error;
      }
    },
  };
}
