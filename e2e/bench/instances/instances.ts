import type { Generators } from '../../load/generators.ts';
import { SETTLED } from '../../load/habits.ts';
import { monotonicMs, until } from '../../load/monotonic.ts';
import { withParty } from '../scale/party.ts';
import { cpuMs } from '../scale/process-usage.ts';
import { newToken, type Target } from '../scale/target.ts';

export interface InstancesRun {
  /** Commands that reached a member, a second, as fast as this machine goes with everything that runs on it. */
  readonly deliveriesPerS: number;
  /** The same for each second of CPU of the instance that worked most: what an instance with a core of its own sustains. */
  readonly deliveriesPerBusiestCpuS: number;
  /** Command to answer under this load, mean, in ms. */
  readonly answerMs: number;
  /** CPU of the busiest instance, in percent of a core. */
  readonly busiestPercent: number;
  readonly generatorPercent: number;
}

export interface InstancesPlan {
  readonly members: number;
  readonly forMs: number;
}

/** People who command, each one command after the other. Nobody may send more than five a second for long. */
const COMMANDERS = 40;
const COMMAND_INTERVAL_MS = 220;
const FIRST_JUMP_S = 100;
const JUMPS = 190;
const SETTLE_MS = 3000;
const DRAIN_MS = 3000;

/** One party over all instances of a target, commanded as fast as it goes. */
export async function measureInstances(target: Target, generators: Generators, { members, forMs }: InstancesPlan): Promise<InstancesRun> {
  const { pids } = target;
  const tokens = Array.from({ length: COMMANDERS - 1 }, newToken);
  const plan = { members, habits: SETTLED, tokens, settleMs: SETTLE_MS };
  return withParty(target, generators, plan, async (seats) => {
    const cpuFrom = pids.map(cpuMs);
    const fromMs = monotonicMs();
    const endMs = fromMs + forMs;
    let jumps = 0;
    let answerMs = 0;
    const commanding = Array.from({ length: COMMANDERS }, async (_, seat) => {
      await until(fromMs + (seat * COMMAND_INTERVAL_MS) / COMMANDERS);
      while (monotonicMs() < endMs) {
        const { sentAtMs, answeredAtMs } = await seats.jump(FIRST_JUMP_S + (jumps % JUMPS), seat);
        jumps += 1;
        answerMs += answeredAtMs - sentAtMs;
        await until(sentAtMs + COMMAND_INTERVAL_MS);
      }
    });
    await Promise.all(commanding);
    // What is still on its way belongs to the work that was asked for.
    let heard = 0;
    let reading = await generators.read();
    let lastMs = monotonicMs();
    for (const deadlineMs = lastMs + DRAIN_MS; ; ) {
      const now = reading.heard.reduce((sum, [, times]) => sum + times.length, 0);
      if (now > heard) {
        lastMs = reading.heard.reduce((last, [, times]) => Math.max(last, times.at(-1) ?? 0), 0);
      }
      heard = now;
      if (heard >= jumps * members || monotonicMs() > deadlineMs) break;
      await until(monotonicMs() + 200);
      reading = await generators.read();
    }
    if (heard < jumps * members) throw new Error(`${jumps * members - heard} of ${jumps * members} were never told`);
    const forS = (lastMs - fromMs) / 1000;
    const busiestMs = Math.max(...pids.map((pid, index) => cpuMs(pid) - (cpuFrom[index] ?? 0)));
    return {
      deliveriesPerS: heard / forS,
      deliveriesPerBusiestCpuS: (heard / busiestMs) * 1000,
      answerMs: answerMs / jumps,
      busiestPercent: busiestMs / forS / 10,
      generatorPercent: reading.cpuMs / forS / 10,
    };
  });
}
