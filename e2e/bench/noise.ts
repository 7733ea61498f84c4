import { type ChildProcess, spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import type { Noise } from './report.ts';

/** Sits beside a bench and says how much the machine could be believed at the time. */
export interface NoiseMeter {
  /** The noise since it was last asked. */
  take(): Promise<Noise>;
  stop(): void;
}

// A process that does nothing but ask to be woken every millisecond and note how late it was.
const IDLER = `
  let lates = [];
  let dueMs = performance.now() + 1;
  const tick = () => {
    const nowMs = performance.now();
    lates.push(nowMs - dueMs);
    dueMs = nowMs + 1;
    setTimeout(tick, 1);
  };
  setTimeout(tick, 1);
  process.on('message', () => {
    const sorted = lates.sort((a, b) => a - b);
    process.send([sorted[Math.floor(sorted.length * 0.95)] ?? 0, sorted.at(-1) ?? 0]);
    lates = [];
  });
  process.on('disconnect', () => process.exit());
`;

const rounded = (value: number) => Math.round(value * 100) / 100;

/** Starts the meter: one idle process whose timer is watched. */
export function startNoiseMeter(): NoiseMeter {
  const child: ChildProcess = spawn(process.execPath, ['-e', IDLER], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return {
    async take() {
      const [p95Ms, worstMs] = await new Promise<readonly [number, number]>((resolve) => {
        child.once('message', (message) => resolve(message as [number, number]));
        child.send('take');
      });
      return {
        timerLateP95Ms: rounded(p95Ms),
        timerLateWorstMs: rounded(worstMs),
        load1: rounded(loadavg()[0] ?? 0),
      };
    },
    stop() {
      child.disconnect();
    },
  };
}
