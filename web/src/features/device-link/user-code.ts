import { USER_CODE_CHARS } from '@cowatch/shared/protocol';

/** A code as it is shown: in two halves, which are easier to carry from one screen to another. */
export function groupCode(code: string): string {
  const half = USER_CODE_CHARS / 2;
  return code.length > half ? `${code.slice(0, half)}-${code.slice(half)}` : code;
}

/** The code that somebody typed, in whatever case and with whatever between; null where it is none. */
export function readCode(text: string): string | null {
  const code = text.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
  return code.length === USER_CODE_CHARS ? code : null;
}
