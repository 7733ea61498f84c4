/** What a bench of this kind is asked to do. */
export interface ScaleOptions {
  readonly quick: boolean;
  readonly runs: number;
  /** How many members; several are measured one after the other. */
  readonly members: readonly number[];
  /** Folder for CPU profiles of the server. */
  readonly profileFolder: string | undefined;
  /** Members that only take, instead of keeping the clock and reporting. */
  readonly silent: boolean;
  /** `memory`: the server as `npm start` runs it; `redis`: an instance on Redis and PostgreSQL. */
  readonly on: 'memory' | 'redis';
}

export interface Amounts {
  readonly members: readonly number[];
  readonly quickMembers: readonly number[];
}

/** `--quick`, `--members=10,1000`, `--runs=5`, `--silent`, `--on=redis`, `--profile=<folder>`. */
export function readOptions(argv: readonly string[], { members, quickMembers }: Amounts): ScaleOptions {
  const value = (name: string) => argv.find((it) => it.startsWith(`--${name}=`))?.slice(name.length + 3);
  const quick = argv.includes('--quick');
  const given = value('members')?.split(',').map(Number);
  return {
    quick,
    runs: Number(value('runs') ?? (quick ? 1 : 5)),
    members: given ?? (quick ? quickMembers : members),
    profileFolder: value('profile'),
    on: value('on') === 'redis' ? 'redis' : 'memory',
    silent: argv.includes('--silent'),
  };
}
