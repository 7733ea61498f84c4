// Loaded before a server, as `--import slow-disk.testing.mjs?file=<path>`: syncing a file in one of its threads takes as
// many milliseconds longer as that file says at the moment, as on a disk that is busy with something else. The main
// thread syncs nothing that anybody waits for, and is left alone.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const file = new URL(import.meta.url).searchParams.get('file');
if (!isMainThread && file !== null) {
  const { fsyncSync } = fs;
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  fs.fsyncSync = (fd) => {
    const delayMs = Number(fs.readFileSync(file, 'utf8'));
    if (delayMs > 0) Atomics.wait(sleeper, 0, 0, delayMs);
    fsyncSync(fd);
  };
  syncBuiltinESMExports();
}
