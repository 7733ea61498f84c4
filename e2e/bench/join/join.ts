import { percentile } from '../../fixtures/statistics.ts';
import type { Generators } from '../../load/generators.ts';
import { FRESH, type Habits, SILENT } from '../../load/habits.ts';
import { monotonicMs, until } from '../../load/monotonic.ts';
import { cpuMs, listenOverflows } from '../scale/process-usage.ts';
import { takeSeats } from '../scale/seats.ts';
import { AUTH_SECRET, newToken, type Target } from '../scale/target.ts';

export interface JoinRun {
  /** From the first connection being opened until so many of the newcomers had the state, in ms. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly allMs: number;
  /** From a command during the storm to each of those who sat before it, in ms. */
  readonly commandP99Ms: number;
  readonly commandMaxMs: number;
  /** CPU of the server until all had the state, in ms for each newcomer. */
  readonly cpuPerMemberMs: number;
  /** CPU of the load generators meanwhile, likewise. */
  readonly generatorPerMemberMs: number;
  /** How often somebody was asked to come again later, or gave up waiting and did. */
  readonly turnedAway: number;
  /** Connections that had to try again, because the listening socket's queue was full. */
  readonly overflows: number;
}

/** People who are there before the storm, and hear the commands during it. */
const SEATED = 100;
/** Not so often that telling everybody of commands is what the storm has to wait for. */
const COMMAND_INTERVAL_MS = 1000;
const FIRST_COMMAND_MS = 200;
const COMMANDS_MIN = 3;
const COMMANDS_MAX = 190;
const FIRST_JUMP_S = 100;
const SETTLE_MS = 1500;
const LAST_WORD_MS = 2000;
const JOINED_WITHIN_MS = 60_000;

/** So many come at once into a party that plays, and that is commanded meanwhile. */
export async function measureJoin(target: Target, generators: Generators, members: number, alike: Habits): Promise<JoinRun> {
  const { host, ports, sessionId, pids } = target;
  const cpu = () => pids.reduce((total, pid) => total + cpuMs(pid), 0);
  const others = Array.from({ length: SEATED - 1 }, newToken);
  const seats = await takeSeats(target, alike === FRESH ? FRESH : SILENT, others);
  try {
    await seats.play();
    await generators.prepare({ host, ports, sessionId, authSecret: AUTH_SECRET, members, habits: alike });
    await until(monotonicMs() + SETTLE_MS);
    await generators.reset();

    const cpuFrom = cpu();
    const overflowsFrom = listenOverflows();
    let over = false;
    const storm = generators.connect(null, JOINED_WITHIN_MS).finally(() => {
      over = true;
    });
    const sent = new Map<number, number>();
    const answers: Promise<unknown>[] = [];
    const fromMs = monotonicMs() + FIRST_COMMAND_MS;
    for (let i = 0; i < COMMANDS_MAX && (!over || i < COMMANDS_MIN); i += 1) {
      await until(fromMs + i * COMMAND_INTERVAL_MS);
      const toS = FIRST_JUMP_S + i;
      answers.push(seats.jump(toS).then(({ sentAtMs }) => sent.set(toS, sentAtMs)));
    }
    const { joinedMs, turnedAway } = await storm;
    const reading = await generators.read();
    const cpuTotal = cpu() - cpuFrom;
    await Promise.all(answers);
    await until(monotonicMs() + LAST_WORD_MS);
    for (const [who, reasons] of Object.entries({ newcomers: reading.lost, seated: seats.lost })) {
      if (reasons.length > 0) console.error(`${target.kind}: ${reasons.length} ${who} lost, the first: ${reasons[0]}`);
    }

    if (joinedMs.length < members) console.error(`${target.kind}: ${members - joinedMs.length} never had the state`);
    const times = [...joinedMs];
    while (times.length < members) times.push(Number.POSITIVE_INFINITY);
    const latencies: number[] = [];
    for (const [toS, sentAtMs] of sent) {
      const heard = seats.heard.get(toS) ?? [];
      for (const atMs of heard) latencies.push(atMs - sentAtMs);
      for (let missing = heard.length; missing < SEATED; missing += 1) latencies.push(Number.POSITIVE_INFINITY);
    }
    return {
      p50Ms: percentile(times, 50),
      p99Ms: percentile(times, 99),
      allMs: percentile(times, 100),
      commandP99Ms: percentile(latencies, 99),
      commandMaxMs: percentile(latencies, 100),
      cpuPerMemberMs: cpuTotal / members,
      generatorPerMemberMs: reading.cpuMs / members,
      turnedAway,
      overflows: listenOverflows() - overflowsFrom,
    };
  } finally {
    seats.stop();
    await generators.cut();
  }
}
