import { Worker } from 'node:worker_threads';
import type { Logger } from '../../log/log.ts';
import type { EmbeddedWorkerData, EmbeddedWorkerMessage } from './embedded-worker.types.ts';
import { openingError } from './inspect-folder.ts';

/** The thread of the embedded database, while it serves. */
export interface EmbeddedThread {
  /** Closes the database properly. */
  stop(): Promise<void>;
  /** Ends the thread as it is: nothing that it could still write would be kept. */
  end(): Promise<void>;
}

/**
 * Starts the thread; resolves when it serves.
 * @param onExit called when it ends after that
 * @throws OperatorError where it ends before
 */
export function startThread(data: EmbeddedWorkerData, log: Logger, onExit: (reason: string) => void): Promise<EmbeddedThread> {
  const worker = new Worker(workerFile(), { workerData: data });
  let reason = 'it ended without a word';
  let cause: unknown;
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  return new Promise((resolve, reject) => {
    let ready = false;
    let made = false;
    worker.on('message', (message: EmbeddedWorkerMessage) => {
      if (message.kind === 'broken') {
        reason = message.error;
        log.error({ reason }, 'the embedded database broke');
      }
      if (message.kind === 'made') made = true;
      if (message.kind === 'ready') {
        ready = true;
        resolve({
          async stop() {
            worker.postMessage('stop');
            await exited;
          },
          async end() {
            await worker.terminate();
          },
        });
      }
    });
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
      cause = error;
      if (ready) log.error({ err: error }, 'the embedded database failed');
      // Where it does not even start, the sentence that comes of it says more.
      else log.debug({ err: error }, 'the embedded database did not start');
    });
    void exited.then(() => {
      if (ready) onExit(reason);
      else if (made) resolve(startThread(data, log, onExit));
      else reject(openingError(data.folder, reason, cause ?? new Error(reason)));
    });
  });
}

/** The compiled file in production, and the source itself in development and tests. */
function workerFile(): URL {
  const entry = import.meta.url.endsWith('.ts') ? './embedded.worker.source.mjs' : './embedded.worker.js';
  return new URL(entry, import.meta.url);
}
