import { percentile } from '../../fixtures/statistics.ts';
import type { Generators } from '../../load/generators.ts';
import { SETTLED, SILENT } from '../../load/habits.ts';
import { monotonicMs, until } from '../../load/monotonic.ts';
import { withParty } from '../scale/party.ts';
import { cpuMs, mainThreadCpuMs } from '../scale/process-usage.ts';
import { newToken, type Target } from '../scale/target.ts';

export interface ChatPlan {
  readonly members: number;
  /** For how long people speak, in seconds. */
  readonly forS: number;
  readonly silent: boolean;
}

export interface ChatRun {
  /** Lines a second that were said, and that each member was sent. */
  readonly saidPerS: number;
  readonly deliveredPerS: number;
  /** CPU of the server for one line that one member was sent, in µs, beyond what the silent party costs; and of its main thread alone. */
  readonly cpuPerLineUs: number;
  readonly mainCpuPerLineUs: number;
  /** From a line leaving its writer to its answer (which waits until it is durable), and to the writer having read it. */
  readonly answerP50Ms: number;
  readonly ownP50Ms: number;
  readonly ownP99Ms: number;
  readonly bytesPerMemberS: number;
  readonly generatorPercent: number;
}

/** Below what brings slow mode by itself (20 a second), and above what one frame in 250 ms has room for now and then. */
const LINES_PER_S = 18;
/** One person may say one line in 1.5 s for long. */
const EVERY_MS = 1700;
const SETTLE_MS = 4000;
const LAST_WORD_MS = 1500;
const SILENCE_MS = 4000;

/** One party of so many members, of whom a few speak in turns. */
export async function measureChat(target: Target, generators: Generators, { members, forS, silent }: ChatPlan): Promise<ChatRun> {
  const habits = silent ? SILENT : SETTLED;
  const speakers = Math.min(members, Math.ceil((LINES_PER_S * EVERY_MS) / 1000));
  const lines = Math.floor((forS * 1000 * speakers) / EVERY_MS);
  const sum = (read: (pid: number) => number) => target.pids.reduce((total, pid) => total + read(pid), 0);
  const tokens = Array.from({ length: speakers - 1 }, newToken);
  return withParty(target, generators, { members: members - speakers, habits, tokens, settleMs: SETTLE_MS }, async (seats) => {
    // What the party costs while nobody speaks.
    const [silentCpu, silentMain] = [sum(cpuMs), sum(mainThreadCpuMs)];
    await until(monotonicMs() + SILENCE_MS);
    const idle = { cpu: (sum(cpuMs) - silentCpu) / SILENCE_MS, main: (sum(mainThreadCpuMs) - silentMain) / SILENCE_MS };
    await generators.reset();

    let delivered = 0;
    const ownAtMs = new Map<string, number>();
    for (const [index, member] of seats.seated.entries()) {
      member.onText = (text) => {
        if (!text.startsWith('42["chat:lines"')) return;
        const atMs = monotonicMs();
        const [, frame] = JSON.parse(text.slice(2)) as [string, { lines: { opId: string }[] }];
        if (index === 0) delivered += frame.lines.length;
        for (const { opId } of frame.lines) if (opId.startsWith(`${index}-`)) ownAtMs.set(opId, ownAtMs.get(opId) ?? atMs);
      };
    }
    const fromMs = monotonicMs();
    const [cpuFrom, mainFrom] = [sum(cpuMs), sum(mainThreadCpuMs)];
    const answers: Promise<number>[] = [];
    const ownMs: number[] = [];
    const sentAtMs = new Map<string, number>();
    for (let n = 0; n < lines; n += 1) {
      await until(fromMs + (n * EVERY_MS) / speakers);
      const opId = `${n % speakers}-line-${n}`;
      const said = seats.seated[n % speakers]?.say(`this is what number ${n} says of the film`, opId);
      if (said === undefined) continue;
      sentAtMs.set(opId, said.sentAtMs);
      answers.push(
        said.answer.then((text) => {
          if (text?.startsWith('[{"ok":true') !== true) throw new Error(`a line was refused: ${text}`);
          return monotonicMs() - said.sentAtMs;
        }),
      );
    }
    const answerMs = await Promise.all(answers);
    await until(monotonicMs() + LAST_WORD_MS);
    const tookMs = monotonicMs() - fromMs;
    const cpu = sum(cpuMs) - cpuFrom - idle.cpu * tookMs;
    const main = sum(mainThreadCpuMs) - mainFrom - idle.main * tookMs;
    const reading = await generators.read();
    for (const [opId, atMs] of sentAtMs) ownMs.push((ownAtMs.get(opId) ?? Number.POSITIVE_INFINITY) - atMs);
    return {
      saidPerS: (lines * 1000) / tookMs,
      deliveredPerS: (delivered * 1000) / tookMs,
      cpuPerLineUs: (cpu * 1000) / (delivered * members),
      mainCpuPerLineUs: (main * 1000) / (delivered * members),
      answerP50Ms: percentile(answerMs, 50),
      ownP50Ms: percentile(ownMs, 50),
      ownP99Ms: percentile(ownMs, 99),
      bytesPerMemberS: ((reading.bytesIn + reading.bytesOut) * 1000) / Math.max(1, members - speakers) / tookMs,
      generatorPercent: (reading.cpuMs * 100) / tookMs,
    };
  });
}
