import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../log/log.ts';
import type { OperatorError } from '../../operator-error.ts';
import { makeDataDir } from '../database.testing.ts';
import type { Database } from '../database.ts';
import { openDatabase } from '../open-database.ts';

/** Within so many milliseconds a folder that vanished is noticed; the rest is for busy machines. */
const NOTICED_WITHIN_MS = 5000;

const lines: { level: number; reason?: string; msg: string }[] = [];
const log = createLogger({ level: 'warn', destination: { write: (line: string) => lines.push(JSON.parse(line)) } });

let dataDir: string;
let database: Database;
let fatal: OperatorError[];
const undo: (() => unknown)[] = [];
const open = async () => {
  database = await openDatabase({ databaseUrl: null, dataDir, log, onFatal: (error) => fatal.push(error) });
  undo.push(() => database.stop());
  await database.run((db) => db.execute(sql`create table if not exists row (id int)`));
};
beforeEach(async () => {
  dataDir = await makeDataDir();
  fatal = [];
  lines.length = 0;
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  rmSync(dataDir, { recursive: true, force: true });
});

const insert = (id: number) => database.run((db) => db.execute(sql`insert into row values (${id})`));
const rows = async () => (await database.run((db) => db.execute(sql`select id from row order by id`))).rows.map(({ id }) => id);
const postgres = () => join(dataDir, 'database', 'postgres');
const gone = () => expect.poll(() => database.health().ok, { timeout: NOTICED_WITHIN_MS, interval: 20 }).toBe(false);
const back = () => expect.poll(() => database.health().ok, { timeout: 30_000, interval: 50 }).toBe(true);

describe('a data folder that vanishes while it is served', { timeout: 90_000 }, () => {
  it.each([
    ['is removed', () => rmSync(dataDir, { recursive: true, force: true })],
    ['loses what it cannot be without', () => rmSync(join(postgres(), 'global', 'pg_control'))],
    ['loses its tables', () => renameSync(join(postgres(), 'base'), join(postgres(), 'elsewhere'))],
    ['loses its log', () => renameSync(join(postgres(), 'pg_wal'), join(postgres(), 'elsewhere'))],
  ])('is noticed within 5 s, and nothing is taken any more: it %s', async (_how, vanish) => {
    await open();
    vanish();
    await gone();
    expect(database.health().error).toMatch(/^DATA_DIR: .*(vanished|damaged).*backup/);
    await expect(insert(1)).rejects.toMatchObject({ code: 'unavailable' });
    expect(lines.filter(({ level }) => level >= 50)[0]?.reason).toContain('DATA_DIR');
    // Nothing empty is put in its place that would look as if nobody had ever been here.
    expect(existsSync(join(postgres(), 'PG_VERSION'))).toBe(_how !== 'is removed');
  });

  it('goes on where it was when the folder is back, under a lock of its own', async () => {
    await open();
    await insert(1);
    renameSync(dataDir, `${dataDir}-moved`);
    undo.push(() => rmSync(`${dataDir}-moved`, { recursive: true, force: true }));
    await gone();
    expect(fatal).toEqual([]);
    renameSync(`${dataDir}-moved`, dataDir);
    await back();
    expect(await rows()).toEqual([1]);
    await insert(2);
    await expect(openDatabase({ databaseUrl: null, dataDir, log })).rejects.toThrow('in use by another Cowatch');
  });

  it('ends it where what comes back is damaged', async () => {
    await open();
    renameSync(postgres(), `${postgres()}-moved`);
    await gone();
    rmSync(join(`${postgres()}-moved`, 'global', 'pg_control'));
    renameSync(`${postgres()}-moved`, postgres());
    await expect.poll(() => fatal.length, { timeout: 30_000 }).toBe(1);
    expect(fatal[0]?.message).toMatch(/^DATA_DIR: .*damaged.*pg_control.*restore a backup/);
  });
});

const mayMount = process.getuid?.() === 0 && process.platform === 'linux';

describe('a disk that fills up (on a file system of its own: as root on Linux)', { timeout: 120_000 }, () => {
  it.runIf(mayMount)('costs nothing that was acknowledged, is named, and is over when there is room again', async () => {
    const kept = mkdtempSync(join(tmpdir(), 'cw-kept-'));
    cpSync(dataDir, kept, { recursive: true });
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=112m', 'tmpfs', dataDir]).status === 0;
    undo.push(() => rmSync(kept, { recursive: true, force: true }));
    if (!mounted) return;
    undo.push(() => spawnSync('umount', ['-l', dataDir]));
    cpSync(kept, dataDir, { recursive: true });
    await open();
    const filler = join(dataDir, 'filler');
    const acknowledged: number[] = [];
    spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M']);
    let refusal: unknown;
    for (let id = 1; refusal === undefined && id < 20_000; id += 1) {
      await database
        .run((db) => db.execute(sql`insert into row select ${id} from generate_series(1, 2000)`))
        .then(() => acknowledged.push(id))
        .catch((error: unknown) => {
          refusal = error;
        });
    }
    expect(refusal).toMatchObject({ code: 'unavailable' });
    await expect.poll(() => database.health().error ?? '', { timeout: 30_000 }).toMatch(/^DATA_DIR: .*full.*free some/);
    const loud = lines.length;
    await expect(insert(0)).rejects.toMatchObject({ code: 'unavailable' });
    expect(lines.length).toBe(loud);
    expect(fatal).toEqual([]);
    rmSync(filler);
    writeFileSync(join(dataDir, 'room'), '');
    await back();
    const found = await database.run((db) => db.execute(sql`select distinct id from row`));
    const ids = new Set(found.rows.map(({ id }) => Number(id)));
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    await insert(0);
  });
});
