import { z } from 'zod';

/** The usual notation of a whole number: no sign, no leading zero, no blanks, no other base, no exponent. */
const DECIMAL = /^(?:0|[1-9]\d{0,14})$/;

/** A whole number in a query, from `min` to `max`. What only some programs would read as one is none. */
export const queryNumber = (min: number, max: number) =>
  z.preprocess((text) => (typeof text === 'string' && DECIMAL.test(text) ? Number(text) : text), z.int().min(min).max(max));
