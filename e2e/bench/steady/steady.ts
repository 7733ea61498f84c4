import type { Generators } from '../../load/generators.ts';
import { SETTLED } from '../../load/habits.ts';
import { monotonicMs, until } from '../../load/monotonic.ts';
import { withParty } from '../scale/party.ts';
import { cpuMs, keptBytes, mainThreadCpuMs, tcpSegments } from '../scale/process-usage.ts';
import type { Target } from '../scale/target.ts';

export interface SteadyRun {
  /** Bytes of each member's TCP stream a second, both ways: everything above TCP. */
  readonly bytesPerMemberS: number;
  readonly bytesDownPerMemberS: number;
  readonly bytesUpPerMemberS: number;
  /** With a header of 52 bytes (IPv4, TCP with timestamps) for every segment, acknowledgements included. */
  readonly wireBytesPerMemberS: number;
  readonly cpuPercent: number;
  readonly mainCpuPercent: number;
  readonly keptPerMemberKb: number;
  readonly generatorPercent: number;
}

export interface SteadyPlan {
  readonly members: number;
  readonly forMs: number;
}

/** The server measures new connections more often; by then it has found its pace. */
const SETTLE_MS = 8000;
const SEGMENT_HEADER_BYTES = 52;

/** A party of so many members that just plays. */
export async function measureSteady(target: Target, generators: Generators, { members, forMs }: SteadyPlan): Promise<SteadyRun> {
  const { pids } = target;
  const sum = (read: (pid: number) => number) => pids.reduce((total, pid) => total + read(pid), 0);
  const kept = async () => (await Promise.all(pids.map(keptBytes))).reduce((total, bytes) => total + bytes, 0);
  const keptBefore = await kept();
  const plan = { members: members - 1, habits: SETTLED, settleMs: SETTLE_MS };
  return withParty(target, generators, plan, async () => {
    const fromMs = monotonicMs();
    const cpuFrom = sum(cpuMs);
    const mainFrom = sum(mainThreadCpuMs);
    const segmentsFrom = tcpSegments();
    await until(fromMs + forMs);
    const forS = (monotonicMs() - fromMs) / 1000;
    const segments = tcpSegments() - segmentsFrom;
    const cpu = sum(cpuMs) - cpuFrom;
    const main = sum(mainThreadCpuMs) - mainFrom;
    const { bytesIn, bytesOut, cpuMs: generatorMs, joined } = await generators.read();
    if (joined !== members - 1) throw new Error(`${members - 1 - joined} members were lost while nothing happened`);
    const perMemberS = (bytes: number) => bytes / (members - 1) / forS;
    return {
      bytesPerMemberS: perMemberS(bytesIn + bytesOut),
      bytesDownPerMemberS: perMemberS(bytesIn),
      bytesUpPerMemberS: perMemberS(bytesOut),
      wireBytesPerMemberS: perMemberS(bytesIn + bytesOut + segments * SEGMENT_HEADER_BYTES),
      cpuPercent: cpu / forS / 10,
      mainCpuPercent: main / forS / 10,
      keptPerMemberKb: ((await kept()) - keptBefore) / members / 1024,
      generatorPercent: generatorMs / forS / 10,
    };
  });
}
