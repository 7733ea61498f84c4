import { percentile } from '../../fixtures/statistics.ts';
import type { Generators } from '../../load/generators.ts';
import { SETTLED, SILENT } from '../../load/habits.ts';
import { monotonicMs, until } from '../../load/monotonic.ts';
import { withParty } from '../scale/party.ts';
import { cpuMs, keptBytes, mainThreadCpuMs } from '../scale/process-usage.ts';
import type { Target } from '../scale/target.ts';

export interface FanoutPlan {
  readonly members: number;
  readonly commands: number;
  readonly silent: boolean;
}

export interface FanoutRun {
  /** From the command leaving its sender to each member having read it, in ms. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** From the command to its answer, median. */
  readonly answerMs: number;
  /** CPU of the server while commands went out, in percent of a core; and that of its main thread alone. */
  readonly cpuPercent: number;
  readonly mainCpuPercent: number;
  /** What each member added to the server's resident memory, garbage aside. */
  readonly keptPerMemberKb: number;
  /** Bytes to and from each member a second, all of it. */
  readonly bytesPerMemberS: number;
  /** How busy the load generators were, in percent of a core. */
  readonly generatorPercent: number;
}

/** Commands a second. */
const COMMAND_INTERVAL_MS = 500;
/** Three digits each, so that all frames are of one length. */
const FIRST_JUMP_S = 100;
/** Longer than those who came are gathered before everybody is told of them. */
const SETTLE_MS = 6000;
const LAST_WORD_MS = 1500;

/** One party of so many members, commanded twice a second for a while. */
export async function measureFanout(target: Target, generators: Generators, { members, commands, silent }: FanoutPlan): Promise<FanoutRun> {
  const habits = silent ? SILENT : SETTLED;
  const { pids } = target;
  const sum = (read: (pid: number) => number) => pids.reduce((total, pid) => total + read(pid), 0);
  const kept = async () => (await Promise.all(pids.map(keptBytes))).reduce((total, bytes) => total + bytes, 0);
  const keptBefore = await kept();
  return withParty(target, generators, { members: members - 1, habits, settleMs: SETTLE_MS }, async (seats) => {
    const fromMs = monotonicMs();
    const cpuFrom = sum(cpuMs);
    const mainFrom = sum(mainThreadCpuMs);
    const sent = new Map<number, { readonly sentAtMs: number; readonly answeredAtMs: number }>();
    const answers: Promise<void>[] = [];
    for (let i = 0; i < commands; i += 1) {
      await until(fromMs + i * COMMAND_INTERVAL_MS);
      const toS = FIRST_JUMP_S + i;
      answers.push(seats.jump(toS).then((times) => void sent.set(toS, times)));
    }
    await Promise.all(answers);
    await until(Math.max(fromMs + commands * COMMAND_INTERVAL_MS, monotonicMs() + LAST_WORD_MS));
    const forS = (monotonicMs() - fromMs) / 1000;
    const cpu = sum(cpuMs) - cpuFrom;
    const main = sum(mainThreadCpuMs) - mainFrom;
    const reading = await generators.read();
    const memory = (await kept()) - keptBefore;

    const heard = new Map(reading.heard);
    const latencies: number[] = [];
    for (const [toS, { sentAtMs }] of sent) {
      const times = [...(heard.get(toS) ?? []), ...(seats.heard.get(toS) ?? [])];
      for (const atMs of times) latencies.push(atMs - sentAtMs);
      for (let missing = times.length; missing < members; missing += 1) latencies.push(Number.POSITIVE_INFINITY);
    }
    return {
      p50Ms: percentile(latencies, 50),
      p99Ms: percentile(latencies, 99),
      maxMs: percentile(latencies, 100),
      answerMs: percentile(
        [...sent.values()].map(({ sentAtMs, answeredAtMs }) => answeredAtMs - sentAtMs),
        50,
      ),
      cpuPercent: cpu / forS / 10,
      mainCpuPercent: main / forS / 10,
      keptPerMemberKb: memory / members / 1024,
      bytesPerMemberS: (reading.bytesIn + reading.bytesOut) / (members - 1) / forS,
      generatorPercent: reading.cpuMs / forS / 10,
    };
  });
}
