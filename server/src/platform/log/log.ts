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
const SECRETS = ['req.headers.cookie', 'req.headers.authorization', 'headers.cookie', 'headers.authorization', 'token', 'auth.token'];

/** How much of an id is logged: enough to find it again among those of a server, too little to use it. */
const ID_SHOWN_CHARS = 6;

/** The link is the key to a party, and what somebody watches is theirs: of such names lines have the beginning only. */
const shortened = (id: unknown) => (typeof id === 'string' && id.length > ID_SHOWN_CHARS ? `${id.slice(0, ID_SHOWN_CHARS)}…` : id);

const SERIALIZERS = {
  err: withoutValues,
  sessionId: shortened,
  contentId: shortened,
  mediaId: shortened,
};

/** An error whole, but for what people had said when it happened: the values that a statement or a command was sent with. */
function withoutValues(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { params: _params, parameters: _parameters, detail: _detail, where: _where, ...rest } = pino.stdSerializers.err(error);
  const values = valuesIn(error);
  const hide = (text: string) => values.reduce((hidden, value) => hidden.replaceAll(value, '…'), text);
  const { command } = rest as { readonly command?: { readonly name?: unknown } };
  return {
    ...rest,
    message: hide(rest.message),
    stack: hide(rest.stack),
    // What Redis refused: its name, and not what it was about.
    ...(command === undefined ? {} : { command: command.name }),
  };
}

/** What the database's library writes of the values into the message of an error, or into that of a cause. */
function valuesIn(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const own = 'params' in error && Array.isArray(error.params) && error.params.length > 0 ? [`${error.params}`] : [];
  return [...own.filter((text) => text !== ''), ...valuesIn(error.cause)];
}

/** Makes the one logger of the process: JSON lines, or readable lines on a terminal. */
export function createLogger(options: LogOptions): Logger {
  const settings = { level: options.level, redact: SECRETS, base: null, serializers: SERIALIZERS };
  if (options.destination !== undefined) return pino(settings, options.destination);
  if (options.pretty ?? process.stdout.isTTY === true) {
    return pino(settings, pretty({ sync: true, translateTime: 'SYS:HH:MM:ss.l', singleLine: true }));
  }
  // Synchronous writes: the last lines before a crash are the ones that matter.
  return pino(settings, pino.destination({ sync: true }));
}
