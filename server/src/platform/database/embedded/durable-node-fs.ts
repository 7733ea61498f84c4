import { closeSync, fsyncSync, openSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** "I/O error" as WASI numbers it: PostgreSQL stops rather than go on after it. */
const WASI_EIO = 29;

type InitOptions = Parameters<NodeFS['init']>[1];

/** The part of an Emscripten stream that syncing needs. */
interface HostStream {
  readonly nfd?: number;
  readonly path?: string;
}

/** The part of Emscripten's NODEFS that is extended. */
interface HostFileSystem {
  readonly stream_ops: { fsync?: (stream: HostStream) => number };
}

/**
 * Start parameters of the embedded database: PGlite's own less `-F` ("never sync"), and with `fsync(2)` as the way to
 * sync the log, because Emscripten answers `fdatasync` without doing anything.
 */
export function durableStartParams(defaults: readonly string[]): string[] {
  return [...defaults.filter((param) => param !== '-F'), '-c', 'wal_sync_method=fsync'];
}

/** PGlite's file system on a host folder, with the `fsync` it leaves out: a commit is on the disk when it is acknowledged. */
export class DurableNodeFS extends NodeFS {
  readonly #syncFile: (fd: number) => void;

  /** `syncFile` is what syncs an open host file; tests count with it. */
  constructor(folder: string, syncFile: (fd: number) => void = fsyncSync) {
    super(folder);
    this.#syncFile = syncFile;
  }

  override async init(pg: PGlite, options: InitOptions): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(pg, options);
    const teachToSync = (module: Parameters<NonNullable<InitOptions['preRun']>[number]>[0]) => {
      const fileSystems = (module.FS as unknown as { filesystems: { NODEFS: HostFileSystem } }).filesystems;
      fileSystems.NODEFS.stream_ops.fsync = (stream) => this.#sync(stream);
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), teachToSync] } };
  }

  #sync(stream: HostStream): number {
    try {
      if (stream.nfd === undefined) return WASI_EIO;
      this.#syncFile(stream.nfd);
      return 0;
    } catch {
      // An exception would be lost inside the WebAssembly main loop; an error number is not.
      return WASI_EIO;
    }
  }
}

/** Syncs one host file or folder by path. */
export function syncPath(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Files that are synced at the same time: a disk gathers what it is asked for together. */
const SYNCS_AT_ONCE = 16;

/** Syncs a folder with everything in it. */
export async function syncTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = [folder, ...entries.map((entry) => join(entry.parentPath, entry.name))];
  const worker = async () => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      const handle = await open(path, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
  };
  await Promise.all(Array.from({ length: SYNCS_AT_ONCE }, worker));
}
