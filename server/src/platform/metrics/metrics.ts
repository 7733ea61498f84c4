import {
  Counter,
  type CounterConfiguration,
  collectDefaultMetrics,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from 'prom-client';

/** The metrics of one server. Features make their own through it; names begin with `cowatch_`. */
export interface Metrics {
  readonly registry: Registry;
  counter<T extends string = never>(options: Omit<CounterConfiguration<T>, 'registers'>): Counter<T>;
  gauge<T extends string = never>(options: Omit<GaugeConfiguration<T>, 'registers'>): Gauge<T>;
  histogram<T extends string = never>(options: Omit<HistogramConfiguration<T>, 'registers'>): Histogram<T>;
  /** Counts an answer `internal`: a fault of this program. */
  internalError(source: InternalErrorSource): void;
}

const INTERNAL_ERROR_SOURCES = ['http', 'socket'] as const;
export type InternalErrorSource = (typeof INTERNAL_ERROR_SOURCES)[number];

/** Makes an empty set of metrics; `processMetrics` adds memory, event-loop lag and the like of the process. */
export function createMetrics(options: { readonly processMetrics: boolean }): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const internalErrors = new Counter({
    name: 'cowatch_internal_errors_total',
    help: 'Requests and commands that the server failed on, by where they came in.',
    labelNames: ['source'],
    registers,
  });
  // An alarm on the increase needs the zero before the first.
  for (const source of INTERNAL_ERROR_SOURCES) internalErrors.inc({ source }, 0);
  return {
    registry,
    counter: (settings) => new Counter({ ...settings, registers }),
    gauge: (settings) => new Gauge({ ...settings, registers }),
    histogram: (settings) => new Histogram({ ...settings, registers }),
    internalError: (source) => internalErrors.inc({ source }),
  };
}
