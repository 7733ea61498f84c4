/** Which of two positions of one title was meant later. */
export interface ResumeOrder {
  /** Has enough been watched for it to count as meant? Comes before everything else: a probe never wins over a film. */
  readonly committed: boolean;
  /** When the gesture that began the sitting was made, in server milliseconds. */
  readonly intentAtMs: number;
  /** Names the sitting: `SITTING_ID_PATTERN`. */
  readonly sittingId: string;
  /** Counts what was saved in the sitting. */
  readonly seq: number;
}

/** 128 random bits as hexadecimal digits. */
export const SITTING_ID_PATTERN = /^[0-9a-f]{32}$/;

/** Largest `seq`. */
export const SEQ_MAX = 0xffff_ffff;

const INTENT_DIGITS = 14;
const SEQ_DIGITS = 8;

/**
 * The order as text: of two positions of one title the one with the greater key wins, compared byte by byte.
 *
 * All keys are of one length and of lower-case hexadecimal digits only, so that every way of comparing text that puts
 * digits before letters agrees with comparing bytes: PostgreSQL under `COLLATE "C"`, JavaScript, and Lua, which asks
 * the locale. The rule is written here and nowhere else; stores compare keys.
 *
 * @throws RangeError where a part cannot be written in its digits.
 */
export function orderKey({ committed, intentAtMs, sittingId, seq }: ResumeOrder): string {
  if (!SITTING_ID_PATTERN.test(sittingId)) throw new RangeError('a sitting id has 32 hexadecimal digits');
  return `${committed ? 1 : 0}${digits(intentAtMs, INTENT_DIGITS)}${sittingId}${digits(seq, SEQ_DIGITS)}`;
}

/** Reads a key back. @throws RangeError for anything that `orderKey` did not write. */
export function readOrderKey(key: string): ResumeOrder {
  const parts = /^([01])([0-9a-f]{14})([0-9a-f]{32})([0-9a-f]{8})$/.exec(key);
  const [, committed, intentAtMs = '', sittingId = '', seq = ''] = parts ?? [];
  if (parts === null) throw new RangeError('not an order key');
  return {
    committed: committed === '1',
    intentAtMs: Number.parseInt(intentAtMs, 16),
    sittingId,
    seq: Number.parseInt(seq, 16),
  };
}

/** The key of what removed everything that was meant until `atMs`: all of that is below it, all that is meant later above. */
export function clearanceKey(atMs: number): string {
  return `1${digits(atMs, INTENT_DIGITS)}${'f'.repeat(32 + SEQ_DIGITS)}`;
}

function digits(value: number, count: number): string {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 16 ** count) throw new RangeError(`not a count: ${value}`);
  return value.toString(16).padStart(count, '0');
}
