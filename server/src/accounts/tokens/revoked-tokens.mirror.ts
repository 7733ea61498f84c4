import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from '../../platform/redis/redis.ts';

/**
 * Mirror of the list of revoked tokens, read for as long as the database cannot be read. It is a second line: what it does not
 * know is told apart only once the database answers.
 */
export interface RevokedTokensMirror {
  load(): Promise<readonly string[]>;
  /** Resolves when it is kept. */
  add(subjects: readonly string[]): Promise<void>;
  remove(subjects: readonly string[]): Promise<void>;
  /** Holds at least these from now on. */
  replace(subjects: ReadonlySet<string>): Promise<void>;
}

const FILE = 'revoked-tokens';
/** On one instance's list a subject behind this counts again. */
const RESTORED = '-';

/** In the data folder of a single instance: one line for each. */
export function createFileMirror(dataDir: string): RevokedTokensMirror {
  const path = join(dataDir, FILE);
  const load = async (): Promise<readonly string[]> => {
    const subjects = new Set<string>();
    for (const line of (await readFile(path, 'utf8')).split('\n')) {
      if (line.startsWith(RESTORED)) subjects.delete(line.slice(RESTORED.length));
      else if (line !== '') subjects.add(line);
    }
    return [...subjects];
  };
  const write = async (to: string, flags: 'a' | 'w', lines: readonly string[]) => {
    const file = await open(to, flags, 0o600);
    try {
      // A line that was cut short by a crash does not swallow the next one.
      await file.appendFile(lines.map((line) => `\n${line}`).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
  };
  return {
    load,
    add: (subjects) => write(path, 'a', subjects),
    remove: (subjects) =>
      write(
        path,
        'a',
        subjects.map((subject) => RESTORED + subject),
      ),
    async replace(subjects) {
      const before = await load().catch(() => []);
      if (before.length === subjects.size && before.every((subject) => subjects.has(subject))) return;
      const draft = `${path}.new`;
      await write(draft, 'w', [...subjects]);
      await rename(draft, path);
    },
  };
}

const KEY = 'cowatch:{accounts}:revoked-tokens';
/** Members that are read or written in one command. */
const AT_ONCE = 1000;

/** In the Redis that all instances share. */
export function createRedisMirror(redis: Redis): RevokedTokensMirror {
  const inBatches = async (subjects: readonly string[], work: (batch: readonly string[]) => Promise<unknown>) => {
    for (let from = 0; from < subjects.length; from += AT_ONCE) await work(subjects.slice(from, from + AT_ONCE));
  };
  const add = (subjects: readonly string[]) => inBatches(subjects, (batch) => redis.run((client) => client.sadd(KEY, ...batch)));
  const remove = (subjects: readonly string[]) => inBatches(subjects, (batch) => redis.run((client) => client.srem(KEY, ...batch)));
  const load = async (): Promise<readonly string[]> => {
    const subjects: string[] = [];
    let cursor = '0';
    do {
      const [next, found] = await redis.run((client) => client.sscan(KEY, cursor, 'COUNT', AT_ONCE));
      subjects.push(...found);
      cursor = next;
    } while (cursor !== '0');
    return subjects;
  };
  return {
    load,
    add,
    remove,
    async replace(subjects) {
      const before = new Set(await load());
      await add([...subjects].filter((subject) => !before.has(subject)));
      // What is one too many may be what another instance has added a moment ago. It is believed only while the database
      // cannot be read.
    },
  };
}
