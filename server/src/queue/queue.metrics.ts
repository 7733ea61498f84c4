import type { Metrics } from '../platform/metrics/metrics.ts';

/** What the queue measures of itself. */
export interface QueueMetrics {
  /** `kind`: of the command, or of what happened. `outcome`: `changed`, `unchanged`, or the code of the refusal. */
  command(kind: string, outcome: string): void;
  /** An answer left with `kept: false`. */
  notKept(): void;
}

export function createQueueMetrics(metrics: Metrics): QueueMetrics {
  const commands = metrics.counter({
    name: 'cowatch_queue_commands_total',
    help: 'Commands on queues, and what happened to them by itself, by kind and outcome',
    labelNames: ['kind', 'outcome'],
  });
  const notKept = metrics.counter({
    name: 'cowatch_queue_answers_not_kept_total',
    help: 'Queue commands that were answered before they were durable',
  });
  return { command: (kind, outcome) => commands.inc({ kind, outcome }), notKept: () => notKept.inc() };
}
