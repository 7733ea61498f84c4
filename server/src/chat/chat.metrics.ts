import type { Metrics } from '../platform/metrics/metrics.ts';

/** What the chat measures of itself. */
export interface ChatMetrics {
  /** `outcome`: `taken`, `repeat`, or why not. */
  line(outcome: string): void;
  /** So many lines were not sent to a large party. */
  dropped(lines: number): void;
  /** An answer left with `kept: false`. */
  notKept(): void;
  /** A chat was opened anew after the live store had lost it. */
  reopened(): void;
}

/** Gauges, read when the metrics are. */
export interface ChatGauges {
  readonly rooms: number;
  readonly unsaved: number;
  readonly waiting: number;
}

export function createChatMetrics(metrics: Metrics, read: () => ChatGauges): ChatMetrics {
  const gauge = (name: string, help: string, value: (gauges: ChatGauges) => number) =>
    metrics.gauge({
      name,
      help,
      collect() {
        this.set(value(read()));
      },
    });
  gauge('cowatch_chats_live', 'Chats of parties with somebody here', ({ rooms }) => rooms);
  gauge('cowatch_chats_unsaved', 'Chats with lines that are not durable', ({ unsaved }) => unsaved);
  gauge('cowatch_chat_writes_waiting', 'Lines that wait for the database', ({ waiting }) => waiting);
  const lines = metrics.counter({
    name: 'cowatch_chat_lines_total',
    help: 'Lines that were sent, by outcome',
    labelNames: ['outcome'],
  });
  const dropped = metrics.counter({ name: 'cowatch_chat_lines_sampled_out_total', help: 'Lines that large parties here were not sent' });
  const notKept = metrics.counter({
    name: 'cowatch_chat_answers_not_kept_total',
    help: 'Lines and changes of chats that were answered before they were durable',
  });
  const reopened = metrics.counter({
    name: 'cowatch_chats_reopened_total',
    help: 'Chats that were opened from the database, and have a new epoch',
  });
  return {
    line: (outcome) => lines.inc({ outcome }),
    dropped: (count) => dropped.inc(count),
    notKept: () => notKept.inc(),
    reopened: () => reopened.inc(),
  };
}
