import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newPasswordSchema } from './accounts.ts';
import {
  DEVICE_NAME_MAX_CHARS,
  MEDIA_URL_MAX_CHARS,
  NAME_MAX_CHARS,
  PASSWORD_MAX_CHARS,
  PASSWORD_MIN_CHARS,
  SESSION_NAME_MAX_CHARS,
} from './limits.ts';
import { contentIdSchema, resumeDeviceSchema, resumePutSchema, resumeSaveItemSchema } from './resume.ts';
import { joinSchema, mediaUrlSchema, personNameSchema, playbackCommandSchema, sessionNameSchema } from './schemas.ts';
import { cutText, isStorable } from './storable.ts';
import { charsOf, visibleText } from './text.ts';

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

describe('[ERR8] bounds of text', () => {
  it.each([
    ['a person’s name', personNameSchema, 1, NAME_MAX_CHARS],
    ['a party’s name', sessionNameSchema, 1, SESSION_NAME_MAX_CHARS],
    ['a device’s name', resumeDeviceSchema.shape.name, 1, DEVICE_NAME_MAX_CHARS],
    ['a password', newPasswordSchema, PASSWORD_MIN_CHARS, PASSWORD_MAX_CHARS],
    ['an address', mediaUrlSchema, 1, MEDIA_URL_MAX_CHARS],
    ['a content id', contentIdSchema, 1, 512],
  ] as const)('of %s are counted in code points', (_name, schema, min, max) => {
    for (const character of ['x', 'é', '漢', '🎬']) {
      expect(schema.safeParse(character.repeat(max)).success).toBe(true);
      expect(schema.safeParse(character.repeat(max + 1)).success).toBe(false);
      expect(schema.safeParse(character.repeat(min)).success).toBe(true);
      expect(schema.safeParse(character.repeat(min - 1)).success).toBe(false);
    }
  });

  it('are those of the text as it is kept: composed, and without white space around it', () => {
    const decomposed = 'e\u0301'.repeat(NAME_MAX_CHARS);
    expect(personNameSchema.parse(`  ${decomposed}\n`)).toBe('é'.repeat(NAME_MAX_CHARS));
  });
});

it('[RES16] a medium that is not known may be null or left out', () => {
  const put = { positionMs: 1 };
  const item = {
    contentId: 'a',
    committed: true,
    intentAtMs: 1,
    sittingId: '0'.repeat(32),
    seq: 1,
    positionMs: 1,
    durationMs: null,
    watchedMs: 0,
    state: 'active',
    previousPositionMs: null,
    savedAtMs: 1,
  };
  for (const media of [{}, { media: null }, { media: { url: 'https://a.example/a.mp4', title: null } }]) {
    expect(resumePutSchema.safeParse({ ...put, ...media }).success).toBe(true);
    expect(resumeSaveItemSchema.safeParse({ ...item, ...media }).success).toBe(true);
  }
});

it('[TEXT1] what is cut is whole characters that can be stored, and no schema refuses it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.array(fc.integer({ min: 0, max: 0xffff })), (a, units) => {
      const text = `x${a}${String.fromCharCode(...units)}\u{1f3ac}`;
      const cut = cutText(text, NAME_MAX_CHARS);
      expect(isStorable(cut)).toBe(true);
      expect(charsOf(cut)).toBeLessThanOrEqual(NAME_MAX_CHARS);
      expect(visibleText(NAME_MAX_CHARS * 4).safeParse(cut).success).toBe(true);
    }),
    { seed: 12 },
  );
  expect(cutText('ab\u{1f3ac}c', 3)).toBe('ab\u{1f3ac}');
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
