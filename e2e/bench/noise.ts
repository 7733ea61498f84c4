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
    process.send(sorted[Math.floor(sorted.length * 0.95)] ?? 0);
    lates = [];
  });
  process.on('disconnect', () => process.exit());
`;

/** Starts the meter: one idle process whose timer is watched. */
export function startNoiseMeter(): NoiseMeter {
  const child: ChildProcess = spawn(process.execPath, ['-e', IDLER], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return {
    async take() {
      const lateMs = await new Promise<number>((resolve) => {
        child.once('message', (value) => resolve(Number(value)));
        child.send('take');
      });
      return { timerLateP95Ms: Math.round(lateMs * 100) / 100, load1: Math.round((loadavg()[0] ?? 0) * 100) / 100 };
    },
    stop() {
      child.disconnect();
    },
  };
}
