import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A Node process that runs one TypeScript file of this package. */
export interface TestProcess {
  readonly pid: number;
  /** The next line it writes; rejects when it ends before. */
  nextLine(): Promise<string>;
  /** The next line that matches; those before it are passed over. */
  lineThat(matches: RegExp): Promise<string>;
  send(text: string): void;
  signal(signal: NodeJS.Signals): void;
  /** Its exit code and everything it wrote to standard error, once it has ended by itself. */
  ended(): Promise<{ readonly code: number | null; readonly errors: string }>;
  /** Kills it as nothing can be caught, and gives back what it still wrote. */
  killNow(): Promise<string[]>;
}

/**
 * @param env beside the least that a process needs; nothing of this process's own settings goes along.
 * @param through a command that runs it, such as one that bounds what it may use
 */
export function startProcess(
  file: URL,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  through: readonly string[] = [],
): TestProcess {
  const [program = '', ...before] = [...through, process.execPath];
  const child = spawn(program, [...before, '--conditions=source', '--import', 'tsx', fileURLToPath(file), ...args], {
    stdio: 'pipe',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: homedir(), ...env },
  });
  const lines: string[] = [];
  let errors = '';
  let wake = () => {};
  let closedOutput = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(line);
    wake();
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const closed = new Promise<void>((resolve) => {
    reader.once('close', () => {
      closedOutput = true;
      wake();
      resolve();
    });
  });
  const nextLine = async () => {
    while (lines.length === 0) {
      if (closedOutput) throw new Error(`the process ended: ${errors}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return lines.shift() ?? '';
  };
  return {
    pid: child.pid ?? -1,
    nextLine,
    async lineThat(matches) {
      for (;;) {
        const line = await nextLine();
        if (matches.test(line)) return line;
      }
    },
    send: (text) => {
      child.stdin.write(text);
    },
    signal: (signal) => {
      child.kill(signal);
    },
    async ended() {
      const code = await exited;
      return { code, errors };
    },
    async killNow() {
      child.kill('SIGKILL');
      await Promise.all([closed, exited]);
      return lines.splice(0);
    },
  };
}
