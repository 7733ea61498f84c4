import type { ClusterClock } from '../clock/cluster-clock.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** Metrics of the sockets. */
export interface SocketMetrics {
  /** A command was answered, with `ok` or an error code, so long after it was received. */
  answered(event: string, code: string, receivedAtMs: number): void;
  /** A fault of this program, while it answered a command or admitted a socket. */
  failed(): void;
  /** A connection was turned away. */
  rejected(reason: string): void;
  /** A connection was cut off because it flooded. */
  flooded(): void;
  /** A socket did not read what it was sent. */
  slow(): void;
  /** It was cut off for that. */
  slowCut(): void;
}

/** @param sockets how many are connected now. */
export function createSocketMetrics(metrics: Metrics, clock: ClusterClock, sockets: () => number): SocketMetrics {
  metrics.gauge({
    name: 'cowatch_sockets',
    help: 'Sockets connected to this instance.',
    collect() {
      this.set(sockets());
    },
  });
  const commands = metrics.counter({
    name: 'cowatch_socket_commands_total',
    help: 'Commands answered on sockets, by event and by outcome: ok or an error code.',
    labelNames: ['event', 'code'],
  });
  const duration = metrics.histogram({
    name: 'cowatch_socket_command_duration_seconds',
    help: 'Time from receiving a command to answering it.',
    labelNames: ['event'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  });
  const rejections = metrics.counter({
    name: 'cowatch_socket_rejected_total',
    help: 'Connections turned away, by reason.',
    labelNames: ['reason'],
  });
  const floods = metrics.counter({
    name: 'cowatch_socket_floods_total',
    help: 'Connections cut off because they sent too much.',
  });
  const slow = metrics.counter({
    name: 'cowatch_socket_slow_total',
    help: 'Times that a socket did not read what it was sent, and was told nothing more until it had.',
  });
  const slowCuts = metrics.counter({
    name: 'cowatch_socket_slow_cut_total',
    help: 'Connections cut off because they did not read what they were sent.',
  });
  return {
    answered(event, code, receivedAtMs) {
      commands.inc({ event, code });
      duration.observe({ event }, Math.max(0, clock.nowMs() - receivedAtMs) / 1000);
    },
    failed: () => metrics.internalError('socket'),
    rejected: (reason) => rejections.inc({ reason }),
    flooded: () => floods.inc(),
    slow: () => slow.inc(),
    slowCut: () => slowCuts.inc(),
  };
}
