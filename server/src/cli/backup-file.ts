import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { codeOf, OperatorError } from '../platform/operator-error.ts';

// The format, version 1: gzip'd lines of JSON, in UTF-8.
//
//   {"format":"cowatch-backup","version":1,"cowatch":"0.1.0","schema":1763680000000,"createdAt":"2026-11-20T21:30:00.000Z"}
//   {"table":"session_snapshots","columns":[{"name":"id","type":"text"}, …]}       for every table, followed by its rows
//   ["AbC…","17", …]                                                               each value as PostgreSQL writes it as text, or null
//   {"sequence":"row_id_seq","last":"42"}                                          for every sequence that was used
//   {"rows":1234,"sha256":"…"}                                                     the last line: over every line before it, newlines included

export const BACKUP_VERSION = 1;

const headerSchema = z.object({
  format: z.literal('cowatch-backup'),
  version: z.number(),
  cowatch: z.string(),
  /** When the newest migration of the database was made, in Unix milliseconds. */
  schema: z.number(),
  createdAt: z.string(),
});
const tableSchema = z.strictObject({
  table: z.string(),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
});
const rowSchema = z.array(z.string().nullable());
const sequenceSchema = z.strictObject({ sequence: z.string(), last: z.string() });
const endSchema = z.strictObject({ rows: z.number(), sha256: z.string() });

export type BackupHeader = z.infer<typeof headerSchema>;
export type BackupTable = z.infer<typeof tableSchema>;
export type BackupRow = z.infer<typeof rowSchema>;
export type BackupSequence = z.infer<typeof sequenceSchema>;
/** What stands between the first line and the last. */
export type BackupItem = BackupTable | BackupRow | BackupSequence;

/** The file cannot be used; the message says why. */
export class BackupFileError extends OperatorError {}

/**
 * Writes a backup: whole and on the disk, or not at all. Returns the number of rows.
 * @throws BackupFileError when the file exists already, or cannot be written.
 */
export async function writeBackup(path: string, header: BackupHeader, items: AsyncIterable<BackupItem>): Promise<number> {
  const partial = `${path}.partial`;
  await claim(path);
  const hash = createHash('sha256');
  let rows = 0;
  async function* lines(): AsyncGenerator<string> {
    const line = (value: unknown) => {
      const text = `${JSON.stringify(value)}\n`;
      hash.update(text);
      return text;
    };
    yield line(header);
    for await (const item of items) {
      if (Array.isArray(item)) rows += 1;
      yield line(item);
    }
    yield `${JSON.stringify({ rows, sha256: hash.digest('hex') })}\n`;
  }
  try {
    // Speed before size: while the embedded database is read, its server waits.
    await pipeline(Readable.from(lines()), createGzip({ level: 3 }), createWriteStream(partial, { mode: 0o600 }));
    const file = await open(partial, 'r');
    await file.sync().finally(() => file.close());
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw fileFault(error, path) ?? error;
  }
  return rows;
}

/** What the file system's refusals mean for a file that the operator named. */
const FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of this path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not use it',
  EPERM: 'this user may not use it',
  ENOSPC: 'its disk is full',
  EROFS: 'its disk can only be read',
};

/** The sentence for such a refusal; null where the error is none of it, or of another file. */
function fileFault(error: unknown, path: string): BackupFileError | null {
  const fault = FAULTS[codeOf(error) ?? ''];
  const isOfFile = error instanceof Error && (!('path' in error) || String(error.path).startsWith(path));
  return fault === undefined || !isOfFile ? null : new BackupFileError(`${path} cannot be used: ${fault}.`, error);
}

/** An older backup is never written over. */
async function claim(path: string): Promise<void> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return;
  await file.close();
  throw new BackupFileError(`${path} exists already: give another name, or remove it first.`);
}

/**
 * Reads a whole backup and checks it; nothing of it is kept.
 * @throws BackupFileError when it is not a backup, not whole, or of a version that this program does not know.
 */
export async function checkBackup(path: string): Promise<BackupHeader> {
  const hash = createHash('sha256');
  let header: BackupHeader | null = null;
  let rows = 0;
  let previous: string | null = null;
  const take = (line: string) => {
    hash.update(`${line}\n`);
    if (header === null) header = parseHeader(line, path);
    else if (Array.isArray(parseItem(line, path))) rows += 1;
  };
  for await (const line of linesOf(path)) {
    if (previous !== null) take(previous);
    previous = line;
  }
  const end = endSchema.safeParse(parseJson(previous ?? '', path));
  if (header === null || !end.success) throw new BackupFileError(`${path} is not whole: its last line is missing.`);
  if (end.data.rows !== rows || end.data.sha256 !== hash.digest('hex')) {
    throw new BackupFileError(`${path} is damaged: its content does not match its checksum.`);
  }
  return header;
}

/** What is in a backup that was checked before. */
export async function* readBackup(path: string): AsyncGenerator<BackupItem> {
  let first = true;
  for await (const line of linesOf(path)) {
    const value = first ? null : parseJson(line, path);
    first = false;
    if (value !== null && !endSchema.safeParse(value).success) yield parseItem(line, path);
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const text = createGunzip();
  const file = createReadStream(path).on('error', (error) => text.destroy(error));
  let rest = '';
  try {
    for await (const chunk of file.pipe(text).setEncoding('utf8')) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw unreadable(error, path);
  } finally {
    file.destroy();
  }
  if (rest !== '') yield rest;
}

function unreadable(error: unknown, path: string): Error {
  const code = codeOf(error) ?? '';
  if (code === 'ENOENT') return new BackupFileError(`There is no file ${path}.`);
  if (code.startsWith('Z_')) return new BackupFileError(`${path} is not whole, or is no backup of Cowatch.`);
  return fileFault(error, path) ?? (error instanceof Error ? error : new Error(String(error)));
}

function parseHeader(line: string, path: string): BackupHeader {
  const header = headerSchema.safeParse(parseJson(line, path));
  if (!header.success) throw new BackupFileError(`${path} is no backup of Cowatch.`);
  if (header.data.version !== BACKUP_VERSION) {
    const supported = `this program knows version ${BACKUP_VERSION}`;
    throw new BackupFileError(`${path} has version ${header.data.version} of the backup format; ${supported}.`);
  }
  return header.data;
}

function parseItem(line: string, path: string): BackupItem {
  const value = parseJson(line, path);
  const kind = Array.isArray(value) ? rowSchema : z.union([tableSchema, sequenceSchema]);
  const item = kind.safeParse(value);
  if (!item.success) throw new BackupFileError(`${path} is damaged: it has a line that is none of a backup.`);
  return item.data;
}

function parseJson(line: string, path: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new BackupFileError(`${path} is damaged: it has a line that is no JSON.`);
  }
}
