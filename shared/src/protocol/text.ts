import { z } from 'zod';

/** At least one character that is more than white space or an invisible joiner. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Without control characters, trimmed, not empty. */
export const visibleText = (maxChars: number) =>
  z
    .string()
    .max(maxChars * 4)
    .transform((text) =>
      text
        .normalize('NFC')
        .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '')
        .trim(),
    )
    .pipe(z.string().min(1).max(maxChars).regex(VISIBLE, 'nothing of it can be seen'));
