import { describe, expect, it } from 'vitest';
import { NAME_MAX_CHARS } from './limits.ts';
import { joinSchema, personNameSchema, playbackCommandSchema } from './schemas.ts';

describe('names', () => {
  it.each([
    ['  Ana ', 'Ana'],
    ['Zoë', 'Zoë'],
    ['👨‍👩‍👧', '👨‍👩‍👧'],
    ['a\u0000b\u202ec', 'abc'],
    ['e\u0000\u0301', 'é'],
    ['\u0000 Ana', 'Ana'],
  ])('%j is taken as %j', (given, taken) => {
    expect(personNameSchema.parse(given)).toBe(taken);
  });

  it.each(['', '   ', '\u200b\u200d', '\u0000', 'x'.repeat(NAME_MAX_CHARS + 1)])('%j is refused', (given) => {
    expect(personNameSchema.safeParse(given).success).toBe(false);
  });
});

it('[ERR3] unknown fields are refused, never ignored', () => {
  const join = { sessionId: 'a'.repeat(22), name: 'Ana' };
  expect(joinSchema.safeParse(join).success).toBe(true);
  expect(joinSchema.safeParse({ ...join, viewerId: 'me' }).success).toBe(false);
});

it('[ERR3] numbers that are no places in a video are refused', () => {
  const seek = { sessionId: 'a'.repeat(22), opId: 'b'.repeat(16), issuedAtMs: 1, kind: 'seek' };
  for (const positionS of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e12, '5', null]) {
    expect(playbackCommandSchema.safeParse({ ...seek, positionS }).success).toBe(false);
  }
  expect(playbackCommandSchema.safeParse({ ...seek, positionS: 5 }).success).toBe(true);
});
