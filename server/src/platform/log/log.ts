import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import pretty from 'pino-pretty';

export type Logger = PinoLogger;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  readonly level: LogLevel;
  /** For people instead of for machines; by default where standard output is a terminal. */
  readonly pretty?: boolean;
  /** Where lines go instead of standard output; for tests. */
  readonly destination?: DestinationStream;
}

/** Whatever might carry a secret in a log line. */
const SECRETS = [
  'req.headers.cookie',
  'req.headers.authorization',
  'headers.cookie',
  'headers.authorization',
  'token',
  'auth.token',
];

/** Makes the one logger of the process: JSON lines, or readable lines on a terminal. */
export function createLogger(options: LogOptions): Logger {
  const settings = { level: options.level, redact: SECRETS, base: null };
  if (options.destination !== undefined) return pino(settings, options.destination);
  if (options.pretty ?? process.stdout.isTTY === true) {
    return pino(settings, pretty({ sync: true, translateTime: 'SYS:HH:MM:ss.l', singleLine: true }));
  }
  // Synchronous writes: the last lines before a crash are the ones that matter.
  return pino(settings, pino.destination({ sync: true }));
}
