import { ERROR_CODES, type ErrorCode, type ProtocolError } from '../../protocol/index.ts';

/** Never earlier than told, and later by up to this share of it: many are told the same. */
const RETRY_JITTER = 0.5;

/** When to try again what was refused for so many milliseconds. */
export function retryDelayMs(retryAfterMs: number, random: number): number {
  return retryAfterMs * (1 + RETRY_JITTER * random);
}

/** A refusal that stays: trying again changes nothing. */
export const isFinal = ({ code }: ProtocolError) => code === 'upgrade_required' || code === 'forbidden';

/** The coded refusal in a handshake error, where the server sent one. */
export function refusalOf(data: unknown): ProtocolError | null {
  if (typeof data !== 'object' || data === null || !('code' in data)) return null;
  const code = ERROR_CODES.find((known): known is ErrorCode => known === data.code);
  if (!code) return null;
  const message = 'message' in data && typeof data.message === 'string' ? data.message : code;
  return 'retryAfterMs' in data && typeof data.retryAfterMs === 'number'
    ? { code, message, retryAfterMs: data.retryAfterMs }
    : { code, message };
}
