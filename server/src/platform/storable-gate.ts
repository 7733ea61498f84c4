import { CodedError, findUnstorable } from '@cowatch/shared/protocol';

// Every message goes through here before its own schema sees it, over HTTP and over sockets: a feature that forgets to
// check a text cannot bring one to a store that does not take it.

/** Longest list of fields in a refusal, in characters: their names are the sender's. */
const PATH_MAX_CHARS = 200;

/** What JSON writes for NUL and for a lone surrogate; also for a backslash that happens to stand before such digits. */
const SUSPICIOUS_JSON = /\\u(0000|d[89a-f])/i;

/**
 * @param name what the message is called in a refusal: `body`, `params` …
 * @param answersPerItem the field whose items have an answer each: what is wrong with one keeps no other out
 * @throws CodedError `bad_request` that names the field whose text no store takes
 */
export function refuseUnstorable(message: unknown, name: string, answersPerItem?: string): void {
  const checked =
    answersPerItem === undefined || typeof message !== 'object' || message === null ? message : { ...message, [answersPerItem]: null };
  const found = findUnstorable(checked);
  if (found === null) return;
  const path = [name, ...found.path].join('.').slice(0, PATH_MAX_CHARS);
  throw new CodedError('bad_request', `${path}: ${found.reason}`);
}

/** Whether a message that is this JSON may have such a text at all: nearly none has, and one look at it is enough to know. */
export function looksStorable(json: string): boolean {
  return !SUSPICIOUS_JSON.test(json);
}
