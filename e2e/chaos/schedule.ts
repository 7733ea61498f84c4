export type InstanceFaultKind = 'instance-killed' | 'instance-paused' | 'people-cut-off' | 'started-without-postgres';
export type LinkFaultKind = 'redis-cut-off' | 'postgres-cut-off';
export type RedisFaultKind = 'redis-killed' | 'redis-paused' | 'redis-flushed' | 'redis-failed-over';
export type PostgresFaultKind = 'postgres-killed' | 'postgres-paused' | 'postgres-slow';
export type FaultKind = InstanceFaultKind | LinkFaultKind | RedisFaultKind | PostgresFaultKind | 'journal-poisoned';

/** What happens at one moment and does not last. */
const MOMENTARY: ReadonlySet<FaultKind> = new Set(['redis-flushed', 'journal-poisoned']);

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

const OF_INSTANCES: readonly FaultKind[] = ['instance-killed', 'instance-paused', 'people-cut-off'];
const OF_REDIS: readonly FaultKind[] = ['redis-killed', 'redis-paused', 'redis-cut-off'];
const OF_POSTGRES: readonly FaultKind[] = ['postgres-killed', 'postgres-paused', 'postgres-cut-off', 'postgres-slow'];
const LOSSES: readonly FaultKind[] = ['redis-flushed', 'redis-failed-over'];

const NO_LOSSES: readonly FaultKind[] = [
  ...OF_INSTANCES,
  ...OF_REDIS,
  ...OF_POSTGRES,
  ...(['instance-killed', 'started-without-postgres', 'journal-poisoned'] as const),
];

// What Redis loses is put back by instances that know it, and out of PostgreSQL. Where one of them fails the other one
// does. Where both do, what could not be written to PostgreSQL is lost: it was acknowledged with `kept: false`.

const LOSSES_BESIDE_INSTANCES: readonly FaultKind[] = [...LOSSES, ...OF_INSTANCES, ...OF_REDIS, 'journal-poisoned'];

const LOSSES_BESIDE_POSTGRES: readonly FaultKind[] = [
  ...LOSSES,
  ...(['postgres-killed', 'postgres-paused', 'postgres-slow', 'people-cut-off'] as const),
];

const ANYTHING: readonly FaultKind[] = [...LOSSES, ...LOSSES, ...NO_LOSSES];

/** What must have survived a round. */
export interface Survivors {
  /** Every command that was acknowledged; else only those that were answered as kept. */
  readonly unkept: boolean;
  /** Every position and line that was acknowledged: Redis lost nothing, which alone has what is not in PostgreSQL yet. */
  readonly positions: boolean;
}

/** What must have survived these faults. */
export function survivorsOf(plan: readonly Planned[]): Survivors {
  const befell = (kinds: readonly FaultKind[]) => plan.some(({ fault }) => kinds.includes(fault.kind));
  const lost = befell(LOSSES);
  const instances = befell(['instance-killed', 'instance-paused', 'started-without-postgres']);
  const postgres = befell([...OF_POSTGRES, 'started-without-postgres']);
  return { unkept: !(lost && instances && postgres), positions: !lost };
}

/** One round of faults, in most of which Redis loses what it held. They may overlap as they like. */
export function planRound({ random, possible, durationMs, faults }: ScheduleOptions): readonly Planned[] {
  const roll = random();
  const families = [NO_LOSSES, LOSSES_BESIDE_INSTANCES, LOSSES_BESIDE_POSTGRES, ANYTHING];
  const family = families[Math.floor(roll * families.length)] ?? NO_LOSSES;
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
  return `${atMs} ms: ${kind} (${at})${MOMENTARY.has(kind) ? '' : ` for ${forMs} ms`}`;
}
