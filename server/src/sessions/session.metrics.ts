import type { Metrics } from '../platform/metrics/metrics.ts';

/** What the watch party measures of itself. */
export interface SessionMetrics {
  /** `outcome`: `changed`, `unchanged`, or the code of the refusal. */
  command(kind: string, outcome: string): void;
  conflict(): void;
  lead(leadMs: number): void;
  write(durationMs: number, outcome: 'saved' | 'unsaved'): void;
  /** An answer left with `kept: false`. */
  notKept(answer: 'command' | 'creation'): void;
}

/** Gauges, read when the metrics are. */
export interface SessionGauges {
  readonly sessions: number;
  readonly members: number;
  readonly unsaved: number;
}

/** Registers the metrics of the watch party. */
export function createSessionMetrics(metrics: Metrics, read: () => SessionGauges): SessionMetrics {
  const gauge = (name: string, help: string, value: (gauges: SessionGauges) => number) =>
    metrics.gauge({
      name,
      help,
      collect() {
        this.set(value(read()));
      },
    });
  gauge('cowatch_sessions_live', 'Sessions with somebody in them', ({ sessions }) => sessions);
  gauge('cowatch_session_members', 'People in sessions', ({ members }) => members);
  gauge('cowatch_sessions_unsaved', 'Sessions whose newest state is not durable', ({ unsaved }) => unsaved);
  const commands = metrics.counter({
    name: 'cowatch_session_commands_total',
    help: 'Commands on sessions by kind and outcome',
    labelNames: ['kind', 'outcome'],
  });
  const conflicts = metrics.counter({
    name: 'cowatch_session_commit_conflicts_total',
    help: 'Commits that were decided again because another came first',
  });
  const leads = metrics.histogram({
    name: 'cowatch_session_lead_seconds',
    help: 'How far ahead starts are scheduled',
    buckets: [0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5],
  });
  const writes = metrics.histogram({
    name: 'cowatch_session_snapshot_write_seconds',
    help: 'Duration of one batched write of snapshots',
    labelNames: ['outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  });
  const notKept = metrics.counter({
    name: 'cowatch_answers_not_kept_total',
    help: 'Commands and creations that were answered before they were durable',
    labelNames: ['answer'],
  });
  // An alarm on the increase needs the zero before the first.
  for (const answer of ['command', 'creation']) notKept.inc({ answer }, 0);
  return {
    command: (kind, outcome) => commands.inc({ kind, outcome }),
    conflict: () => conflicts.inc(),
    lead: (leadMs) => leads.observe(leadMs / 1000),
    write: (durationMs, outcome) => writes.observe({ outcome }, durationMs / 1000),
    notKept: (answer) => notKept.inc({ answer }),
  };
}
