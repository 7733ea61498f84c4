/** What may befall a cluster; which instance, where it befalls one. */
export type Fault =
  | { readonly kind: 'instance-killed' | 'instance-paused'; readonly instance: number }
  | { readonly kind: 'redis-cut-off' | 'postgres-cut-off' | 'people-cut-off'; readonly instance: number }
  | { readonly kind: 'redis-killed' | 'redis-paused' | 'redis-flushed' }
  | { readonly kind: 'postgres-killed' | 'postgres-paused' };

/** A fault, when it begins after the start of the round, and how long it lasts, in milliseconds. */
export interface Planned {
  readonly fault: Fault;
  readonly atMs: number;
  readonly forMs: number;
}

export interface ScheduleOptions {
  /** In [0, 1). */
  random(): number;
  readonly instances: number;
  readonly durationMs: number;
  readonly faults: number;
}

/** Shortest and longest time that a fault lasts, in milliseconds. Restarts come on top. */
const FAULT_MS = { min: 150, max: 2500 };

/** The first fault begins after people have begun to act. */
const FIRST_AT_MS = 400;

const ANY_TIME = [
  ...['instance-killed', 'instance-killed', 'instance-paused', 'people-cut-off'],
  ...['redis-killed', 'redis-paused', 'redis-cut-off'],
  ...['postgres-killed', 'postgres-paused', 'postgres-cut-off'],
] as const;

/**
 * Redis losing all its data is survived by what the instances and PostgreSQL hold. Where those fail in the same
 * moments, commits that could not be written to PostgreSQL are lost, which is stated; so these go by themselves.
 */
const WITH_A_FLUSH = ['redis-flushed', 'redis-flushed', 'redis-paused', 'redis-cut-off', 'people-cut-off'] as const;

/** One round of faults in which every fourth round, on average, loses Redis' data. They may overlap as they like. */
export function planRound({ random, instances, durationMs, faults }: ScheduleOptions): readonly Planned[] {
  const kinds: readonly Fault['kind'][] = random() < 0.25 ? WITH_A_FLUSH : (ANY_TIME as readonly Fault['kind'][]);
  const planned = Array.from({ length: faults }, (): Planned => {
    const kind = kinds[Math.floor(random() * kinds.length)] ?? 'instance-killed';
    const fault = { kind, instance: Math.floor(random() * instances) } as Fault;
    const atMs = Math.round(FIRST_AT_MS + random() * (durationMs - FIRST_AT_MS));
    return { fault, atMs, forMs: Math.round(FAULT_MS.min + random() * (FAULT_MS.max - FAULT_MS.min)) };
  });
  return planned.sort((one, other) => one.atMs - other.atMs);
}

/** A fault in words. */
export function describeFault({ fault, atMs, forMs }: Planned): string {
  const where = 'instance' in fault && fault.kind.match(/instance|cut-off/) ? ` (instance ${fault.instance + 1})` : '';
  return `${atMs} ms: ${fault.kind}${where}${fault.kind === 'redis-flushed' ? '' : ` for ${forMs} ms`}`;
}
