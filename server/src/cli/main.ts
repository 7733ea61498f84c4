import { resolve } from 'node:path';
import { ownVersion } from '../banner.ts';
import { loadConfig } from '../config.ts';
import { createLogger } from '../platform/log/log.ts';
import { OperatorError } from '../platform/operator-error.ts';
import { backUp } from './backup.ts';
import { restore } from './restore.ts';

const USAGE = `Usage:
  npm run backup -- <file>              writes everything the database holds into a new file
  npm run restore -- <file> [--replace] puts such a file into an empty database; with --replace, whatever it holds is thrown away first
`;

/** Runs `backup <file>` or `restore <file> [--replace]`; returns the exit code. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  const [file, ...more] = rest.filter((arg) => !arg.startsWith('--'));
  const flags = rest.filter((arg) => arg.startsWith('--'));
  const flagsFit = command === 'backup' ? flags.length === 0 : flags.every((flag) => flag === '--replace');
  if ((command !== 'backup' && command !== 'restore') || file === undefined || more.length > 0 || !flagsFit) {
    process.stderr.write(USAGE);
    return 2;
  }
  try {
    const config = loadConfig();
    const log = createLogger({ level: 'warn' });
    const path = resolve(file);
    if (command === 'backup') {
      const rows = await backUp({ config, log, file: path, cowatch: ownVersion(), now: new Date() });
      process.stdout.write(`${rows} rows are in ${path}\n`);
    } else {
      const rows = await restore({ config, log, file: path, replace: flags.length > 0 });
      process.stdout.write(`${rows} rows were restored from ${path}\n`);
    }
    return 0;
  } catch (error) {
    const text = error instanceof OperatorError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`The ${command} failed, and nothing was changed.\n${text}\n`);
    return 1;
  }
}
