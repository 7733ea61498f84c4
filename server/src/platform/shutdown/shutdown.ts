import type { Logger } from '../log/log.ts';
import { currentRequest } from '../request-scope.ts';
import { settlesWithin } from '../settles-within.ts';

/** Longest orderly end, in milliseconds: then the process ends as it is. */
const SHUTDOWN_TIMEOUT_MS = 10_000;

/** Longest attempt to save what only memory holds after an unexpected failure, in milliseconds. */
const RESCUE_TIMEOUT_MS = 3000;

export interface ShutdownOptions {
  readonly log: Logger;
  /** Ends everything in order. */
  stop(): Promise<void>;
  /** Writes down what only memory holds, as well as that can be done after a failure. */
  rescue(): Promise<void>;
}

/**
 * Ends the process in order on SIGTERM and SIGINT; a second signal, or an end that takes too long, ends it at once.
 * An uncaught failure ends the request that it belongs to. Where it belongs to none it is logged whole, and the process ends:
 * what state it is in is not known.
 * Returns how to end the process in order, with code 1, for a reason that its operator can mend.
 */
export function endInOrder({ log, stop, rescue }: ShutdownOptions): (reason: string) => void {
  let ending = false;

  const exitAfter = async (work: () => Promise<void>, timeoutMs: number, code: number) => {
    try {
      if (await settlesWithin(work(), timeoutMs)) process.exit(code);
      log.error(`this took longer than ${timeoutMs} ms; ending at once`);
    } catch (error) {
      log.error({ err: error }, 'the end was not orderly');
    }
    process.exit(1);
  };

  const onSignal = (signal: NodeJS.Signals) => {
    if (ending) {
      log.warn(`${signal} again: ending at once`);
      process.exit(1);
    }
    ending = true;
    log.info(`${signal}: ending in order`);
    void exitAfter(stop, SHUTDOWN_TIMEOUT_MS, 0);
  };

  const onFailure = (error: unknown) => {
    const request = currentRequest();
    if (request !== null) {
      request.fail(error);
      return;
    }
    log.fatal({ err: error }, 'an unexpected failure: ending');
    if (ending) return;
    ending = true;
    void exitAfter(rescue, RESCUE_TIMEOUT_MS, 1);
  };

  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  process.on('uncaughtException', onFailure).on('unhandledRejection', onFailure);
  return (reason) => {
    process.stderr.write(`Cowatch cannot go on.\n${reason}\n`);
    if (ending) return;
    ending = true;
    void exitAfter(stop, SHUTDOWN_TIMEOUT_MS, 1);
  };
}
