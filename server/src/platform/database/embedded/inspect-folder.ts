import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, folderError, OperatorError } from '../../operator-error.ts';

/** Version of PostgreSQL that PGlite is made of: what `PG_VERSION` in a database says that it can open. */
const EMBEDDED_POSTGRES_VERSION = '18';

/** Size of PostgreSQL's `pg_control`, in bytes, whatever it holds. */
const CONTROL_FILE_BYTES = 8192;

/** Folders without which there is no database. */
export const DATABASE_FOLDERS = ['base', 'global', 'pg_wal', 'pg_xact'];

/** Least free space on the disk, in bytes: two segments of the log. */
const FREE_SPACE_MIN_BYTES = 32 * 1024 * 1024;

/** What has become of a folder that a database was served from. Passes where the folder comes back as it was. */
export class FolderGoneError extends OperatorError {
  constructor(folder: string) {
    super(
      `DATA_DIR: the database in ${folder} has vanished while it was served: put the folder back as it was (mount its disk), or stop Cowatch and restore a backup.`,
    );
  }
}

/** The disk is full. Passes when there is room again. */
class DiskFullError extends OperatorError {
  constructor(folder: string, freeBytes: number) {
    super(
      `DATA_DIR: the disk of ${folder} is full (${Math.floor(freeBytes / 1_000_000)} MB are free): free some space on it, or move DATA_DIR to another disk.`,
    );
  }
}

/** The files are not those of a database that can be opened. */
export class DamagedDatabaseError extends OperatorError {
  /** False where PostgreSQL would not open it, and nothing else can be seen. */
  readonly certain: boolean;

  constructor(folder: string, what: string, cause?: unknown) {
    super(
      `DATA_DIR: the database in ${folder} is damaged (${what}): move that folder away and restore a backup, or set DATA_DIR to another folder.`,
      cause,
    );
    this.certain = cause === undefined;
  }
}

/** The folder belongs to another version of PostgreSQL. */
export class OtherVersionError extends OperatorError {
  constructor(folder: string, version: string) {
    super(
      `DATA_DIR: the database in ${folder} is of PostgreSQL ${version}, and this version of Cowatch has ${EMBEDDED_POSTGRES_VERSION}: make a backup with the version of Cowatch that wrote it, move the folder away, and restore that backup.`,
    );
  }
}

/**
 * Looks at the folder of a database before PostgreSQL does, whose own last words are of no help.
 * @returns whether a database is there; false for a folder in which one can be made
 * @throws OperatorError where it cannot be opened
 */
export function inspectFolder(folder: string): boolean {
  const names = namesIn(folder);
  if (names === null || names.length === 0) return false;
  const version = read(folder, 'PG_VERSION');
  if (version === null) throw new DamagedDatabaseError(folder, 'PG_VERSION is missing');
  if (version !== EMBEDDED_POSTGRES_VERSION) {
    if (!/^\d{1,3}$/.test(version)) throw new DamagedDatabaseError(folder, 'PG_VERSION does not name a version');
    throw new OtherVersionError(folder, version);
  }
  for (const name of DATABASE_FOLDERS) {
    if (!names.includes(name)) throw new DamagedDatabaseError(folder, `${name} is missing`);
  }
  const control = join(folder, 'global', 'pg_control');
  const size = statSync(control, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new DamagedDatabaseError(folder, 'global/pg_control is missing');
  if (size !== CONTROL_FILE_BYTES) throw new DamagedDatabaseError(folder, 'global/pg_control was cut short');
  return true;
}

/** @throws DiskFullError where PostgreSQL would not get far */
export function assertFreeSpace(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < FREE_SPACE_MIN_BYTES) throw new DiskFullError(folder, bavail * bsize);
}

/** What keeps PostgreSQL from opening a folder that looked well, in words for an operator. */
export function openingError(folder: string, reason: string, cause?: unknown): OperatorError {
  // A file that PostgreSQL misses is a part of the database.
  const ofFolder = codeOf(cause) === 'ENOENT' ? null : folderError(folder, cause);
  if (ofFolder !== null) return ofFolder;
  // That says nothing about the files: they must not be moved away for it.
  if (LACKS_MEMORY.test(reason)) {
    return new OperatorError(
      `DATABASE_URL: the embedded PostgreSQL gets too little memory (${firstLine(reason)}): allow this process more (ulimit -v, the container's limit), or set DATABASE_URL to a PostgreSQL. The database in ${folder} is as it was.`,
      cause,
    );
  }
  return new DamagedDatabaseError(folder, firstLine(reason), cause);
}

/** What V8, WebAssembly and PostgreSQL say where memory is short. */
const LACKS_MEMORY = /could not allocate memory|out of memory|memory limit/i;

function namesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw folderError(folder, error) ?? error;
  }
}

function read(folder: string, name: string): string | null {
  try {
    return readFileSync(join(folder, name), 'utf8').trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw folderError(folder, error) ?? error;
  }
}

/** The first line of what PostgreSQL said; that WebAssembly gave up says nothing to an operator. */
function firstLine(reason: string): string {
  const line = reason.split('\n', 1)[0]?.trim().replace(/\.$/, '') ?? '';
  return /^(Aborted|RuntimeError|unreachable|PGlite failed)/.test(line) || line === '' ? 'PostgreSQL gives up on it' : line;
}
