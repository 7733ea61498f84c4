import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { basename, join } from 'node:path';
import { OperatorError } from '../../operator-error.ts';
import { ownIdentity, type ProcessIdentity, runsHere } from './process-identity.ts';
import { TEMPORARY_PREFIX } from './socket-folder.ts';

// How two racing processes never both get the folder, and how a killed one never keeps it:
//
// A lock is a file `lock.<generation>`. It is written under another name and then hard-linked into place, which fails
// where the name is taken: so each generation has one maker, and half a file is never read. The holder is the
// maker of the highest generation. A process that wants the folder looks at that one; if its maker is gone or gave it back,
// it tries to make the next generation, and looks again where that fails.
// Files of older generations are removed by the holder. A process that had looked long ago may then make one of them
// anew; so after making a file everybody looks once more and is the holder only if theirs is the highest. The highest
// file is never removed, only marked as given back: generations do not start again.
//
// A maker lives while a connection to its socket is accepted (the kernel closes it with the process, and it works
// between containers that share the folder), or while its pid with its start time is running here.

/** What a lock file says. */
interface LockRecord extends ProcessIdentity {
  readonly released: boolean;
  /** Accepts connections as long as the holder lives. */
  readonly aliveSocket: string;
  /** Folder in which the holder serves PostgreSQL's protocol on `.s.PGSQL.5432`, as `psql -h <folder>` expects it. */
  readonly socketFolder: string;
}

/** A held folder. */
export interface FolderLock {
  release(): Promise<void>;
}

/** The folder belongs to another process. */
export class FolderInUseError extends OperatorError {
  readonly holder: LockRecord;

  constructor(folder: string, holder: LockRecord) {
    super(
      `The folder ${folder} is in use by another Cowatch (process ${holder.pid}). Two of them on one folder would lose data: stop that one first, or set DATA_DIR to another folder.`,
    );
    this.holder = holder;
  }
}

const PREFIX = 'lock.';

/** Locks that this process gave back, by their sockets: the file may have been out of reach when that was to be written down. */
const givenBack = new Set<string>();

/**
 * Takes a folder for this process alone, until `release` or the end of the process.
 * @param socketFolder where the sockets go; its path must be short (see `socketFolderFor`).
 * @throws FolderInUseError when a living process holds it.
 */
export async function lockFolder(folder: string, socketFolder: string): Promise<FolderLock & LockRecord> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const token = randomBytes(6).toString('base64url');
  const record: LockRecord = {
    ...ownIdentity(),
    released: false,
    aliveSocket: join(socketFolder, `alive-${token}.sock`),
    socketFolder,
  };
  const alive = await listen(record.aliveSocket);
  try {
    const generation = await makeGeneration(folder, record, token);
    removeOlder(folder, generation);
    const file = join(folder, `${PREFIX}${generation}`);
    return {
      ...record,
      async release() {
        givenBack.add(record.aliveSocket);
        // Where the folder was emptied meanwhile, the file may be another process's by now.
        const isOurs = readRecord(folder, generation)?.aliveSocket === record.aliveSocket;
        if (isOurs) markReleased(file, token, record);
        await close(alive);
      },
    };
  } catch (error) {
    await close(alive);
    throw error;
  }
}

/** The living holder of a folder, or null. */
export async function folderHolder(folder: string): Promise<LockRecord | null> {
  const newest = generations(folder).at(-1);
  const record = newest === undefined ? null : readRecord(folder, newest);
  return record !== null && (await lives(record)) ? record : null;
}

async function makeGeneration(folder: string, record: LockRecord, token: string): Promise<number> {
  for (;;) {
    const newest = generations(folder).at(-1) ?? 0;
    const holder = readRecord(folder, newest);
    if (holder !== null && (await lives(holder))) throw new FolderInUseError(folder, holder);
    if (!makeFile(folder, newest + 1, record, token)) continue;
    if (generations(folder).at(-1) === newest + 1) return newest + 1;
    rmSync(join(folder, `${PREFIX}${newest + 1}`), { force: true });
  }
}

/** False where the generation exists. */
function makeFile(folder: string, generation: number, record: LockRecord, token: string): boolean {
  const draft = join(folder, `draft-${token}`);
  writeFileSync(draft, JSON.stringify(record), { mode: 0o600 });
  try {
    linkSync(draft, join(folder, `${PREFIX}${generation}`));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Says that the folder was given back. Where that cannot be written (a full disk, one that can only be read by now) others
 * see it by the end of the process, as with a killed one: the reason of the end is reported, and not this.
 */
function markReleased(file: string, token: string, record: LockRecord): void {
  const draft = `${file}-${token}`;
  try {
    writeFileSync(draft, JSON.stringify({ ...record, released: true }), { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Lock files there are, oldest first. */
function generations(folder: string): number[] {
  return readdirSync(folder)
    .map((name) => (/^lock\.\d+$/.test(name) ? Number(name.slice(PREFIX.length)) : 0))
    .filter((generation) => generation > 0)
    .sort((a, b) => a - b);
}

function readRecord(folder: string, generation: number): LockRecord | null {
  try {
    return JSON.parse(readFileSync(join(folder, `${PREFIX}${generation}`), 'utf8')) as LockRecord;
  } catch {
    return null;
  }
}

function removeOlder(folder: string, generation: number): void {
  for (const older of generations(folder).filter((found) => found < generation)) {
    const gone = readRecord(folder, older);
    if (gone !== null) removeSockets(gone, folder);
    rmSync(join(folder, `${PREFIX}${older}`), { force: true });
  }
}

/** Removes what a killed holder left behind; never what belongs to the folder's present holder. */
function removeSockets(gone: LockRecord, folder: string): void {
  rmSync(gone.aliveSocket, { force: true });
  // A temporary folder of its own; the sockets within the locked folder itself are made anew by its holder.
  if (gone.socketFolder !== folder && basename(gone.socketFolder).startsWith(TEMPORARY_PREFIX)) {
    rmSync(gone.socketFolder, { recursive: true, force: true });
  }
}

async function lives(record: LockRecord): Promise<boolean> {
  if (record.released || givenBack.has(record.aliveSocket)) return false;
  return (await answers(record.aliveSocket)) || runsHere(record);
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function listen(socketPath: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
