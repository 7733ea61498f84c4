export type InstanceFaultKind = 'instance-killed' | 'instance-paused' | 'people-cut-off';
export type LinkFaultKind = 'redis-cut-off' | 'postgres-cut-off';
export type RedisFaultKind = 'redis-killed' | 'redis-paused' | 'redis-flushed' | 'redis-failed-over';
export type PostgresFaultKind = 'postgres-killed' | 'postgres-paused';
export type FaultKind = InstanceFaultKind | LinkFaultKind | RedisFaultKind | PostgresFaultKind;

/** What befalls a cluster. */
export interface Fault {
  readonly kind: FaultKind;
  /** Which instance it befalls, or which node of Redis; where there are fewer, counted around. */
  readonly at: number;
}

/** A fault, when it begins after the start of the round, and how long it lasts, in milliseconds. */
export interface Planned {
  readonly fault: Fault;
  readonly atMs: number;
  readonly forMs: number;
}

export interface ScheduleOptions {
  /** In [0, 1). */
  random(): number;
  /** What can befall this cluster at all. */
  readonly possible: readonly FaultKind[];
  readonly durationMs: number;
  readonly faults: number;
}

/** Shortest and longest time that a fault lasts, in milliseconds. Restarts come on top. */
const FAULT_MS = { min: 150, max: 2500 };

/** The first fault begins after people have begun to act. */
const FIRST_AT_MS = 400;

/** `at` is drawn below this: a multiple of the numbers of instances and nodes there are. */
const PLACES = 6;

const ANYTHING: readonly FaultKind[] = [
  ...(['instance-killed', 'instance-killed', 'instance-paused', 'people-cut-off'] as const),
  ...(['redis-killed', 'redis-paused', 'redis-cut-off'] as const),
  ...(['postgres-killed', 'postgres-paused', 'postgres-cut-off'] as const),
];

const LOSSES: readonly FaultKind[] = ['redis-flushed', 'redis-failed-over'];

// What Redis loses is put back by instances that know it, and out of PostgreSQL. Where one of them fails the other one
// does; where both do, commits that could not be written to PostgreSQL are lost, which is stated.

const LOSSES_BESIDE_INSTANCES: readonly FaultKind[] = [
  ...LOSSES,
  ...(['instance-killed', 'instance-paused', 'people-cut-off'] as const),
  ...(['redis-killed', 'redis-paused', 'redis-cut-off'] as const),
];

const LOSSES_BESIDE_POSTGRES: readonly FaultKind[] = [
  ...LOSSES,
  ...(['postgres-killed', 'postgres-paused', 'people-cut-off'] as const),
];

/** One round of faults, in half of which Redis loses what it held. They may overlap as they like. */
export function planRound({ random, possible, durationMs, faults }: ScheduleOptions): readonly Planned[] {
  const roll = random();
  const family = roll < 0.5 ? ANYTHING : roll < 0.75 ? LOSSES_BESIDE_INSTANCES : LOSSES_BESIDE_POSTGRES;
  const kinds = family.filter((kind) => possible.includes(kind));
  const planned = Array.from({ length: faults }, (): Planned => {
    const kind = kinds[Math.floor(random() * kinds.length)] ?? 'people-cut-off';
    const at = Math.floor(random() * PLACES);
    const atMs = Math.round(FIRST_AT_MS + random() * (durationMs - FIRST_AT_MS));
    return { fault: { kind, at }, atMs, forMs: Math.round(FAULT_MS.min + random() * (FAULT_MS.max - FAULT_MS.min)) };
  });
  return planned.sort((one, other) => one.atMs - other.atMs);
}

/** A fault in words. */
export function describeFault({ fault: { kind, at }, atMs, forMs }: Planned): string {
  return `${atMs} ms: ${kind} (${at})${kind === 'redis-flushed' ? '' : ` for ${forMs} ms`}`;
}
