import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of Unix sockets end at 107 bytes on Linux and 103 on macOS. */
const SOCKET_PATH_MAX_BYTES = 100;

/** Longest file name put there. */
const LONGEST_NAME = 'alive-12345678.sock';

/** How the names of temporary socket folders begin. */
export const TEMPORARY_PREFIX = 'cowatch-';

/** A folder for Unix sockets. */
export interface SocketFolder {
  readonly path: string;
  /** Removes it, where it was made for the purpose. */
  remove(): void;
}

/**
 * `folder` itself where sockets can be made in it; else a private temporary folder, because its path is too long or
 * its file system (some mounts of virtual machines) has no sockets.
 */
export async function socketFolderFor(folder: string): Promise<SocketFolder> {
  if (Buffer.byteLength(join(folder, LONGEST_NAME)) < SOCKET_PATH_MAX_BYTES && (await takesSockets(folder))) {
    return { path: folder, remove: () => {} };
  }
  const path = mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function takesSockets(folder: string): Promise<boolean> {
  const path = join(folder, `try-${process.pid}.sock`);
  rmSync(path, { force: true });
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(path, () => server.close(() => resolve(true)));
  });
}
