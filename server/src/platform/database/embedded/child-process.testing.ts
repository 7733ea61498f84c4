import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A Node process that runs one TypeScript file of this folder. */
export interface TestProcess {
  readonly pid: number;
  /** The next line it writes; rejects when it ends before. */
  nextLine(): Promise<string>;
  send(text: string): void;
  /** Kills it as nothing can be caught, and gives back what it still wrote. */
  killNow(): Promise<string[]>;
}

export function startProcess(file: URL, args: readonly string[]): TestProcess {
  const child: ChildProcessWithoutNullStreams = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', fileURLToPath(file), ...args],
    { stdio: 'pipe' },
  );
  const lines: string[] = [];
  let errors = '';
  let wake = () => {};
  let ended = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(line);
    wake();
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const closed = new Promise<void>((resolve) => {
    reader.once('close', () => {
      ended = true;
      wake();
      resolve();
    });
  });
  return {
    pid: child.pid ?? -1,
    async nextLine() {
      while (lines.length === 0) {
        if (ended) throw new Error(`the process ended: ${errors}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return lines.shift() ?? '';
    },
    send: (text) => {
      child.stdin.write(text);
    },
    async killNow() {
      child.kill('SIGKILL');
      await Promise.all([closed, exited]);
      return lines.splice(0);
    },
  };
}
