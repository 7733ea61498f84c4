import { z } from 'zod';
import { isStorable, UNSTORABLE } from './storable.ts';
import { VISIBLE } from './visible.ts';

/** Any text that can be stored: what every field begins with that takes text from outside. */
export const storableText = () => z.string().refine(isStorable, UNSTORABLE);

/** Characters of a text as every bound of the protocol counts them: Unicode code points, not units of UTF-16. */
export function charsOf(text: string): number {
  let chars = 0;
  for (const _ of text) chars += 1;
  return chars;
}

/** Storable text of so many characters, as it comes. */
export const boundedText = (minChars: number, maxChars: number) =>
  storableText()
    .refine((text) => charsOf(text) >= minChars, `has fewer than ${minChars} characters`)
    .refine((text) => charsOf(text) <= maxChars, `has more than ${maxChars} characters`)
    .meta({ minLength: minChars, maxLength: maxChars });

/** Text for people: normalised (NFC), without control characters, trimmed; then 1 to `maxChars` characters, one of them visible. */
export const visibleText = (maxChars: number) =>
  z
    .string()
    .transform((text) =>
      text
        .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '')
        // What stood between two characters may have kept them from becoming one.
        .normalize('NFC')
        .trim(),
    )
    .pipe(boundedText(1, maxChars).regex(VISIBLE, 'nothing of it can be seen'))
    .meta({ minLength: 1, description: `1 to ${maxChars} characters, one of them visible, once it is normalised.` });
