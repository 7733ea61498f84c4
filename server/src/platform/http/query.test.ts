import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queryNumber } from './query.ts';

const schema = queryNumber(1, 100);

describe('[HTTP4] a number in a query', () => {
  it('is a plain decimal within its range', () => {
    for (const text of ['1', '7', '10', '100']) expect(schema.parse(text)).toBe(Number(text));
  });

  it.each([
    '',
    ' ',
    ' 5',
    '5 ',
    '+5',
    '-5',
    '05',
    '0x5',
    '0b1',
    '1e1',
    '1.0',
    '5.',
    '.5',
    '1_0',
    '٥',
    '５',
    'NaN',
    'null',
    'true',
    '0',
    '101',
    '1'.repeat(400),
  ])('is not %j', (text) => {
    expect(schema.safeParse(text).success).toBe(false);
  });

  it('is not said twice, and is nothing else than text', () => {
    for (const value of [['5', '6'], ['5'], {}, null, undefined]) expect(schema.safeParse(value).success).toBe(false);
  });

  it('is what it was written as, whatever is written', () => {
    const text = fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String));
    fc.assert(
      fc.property(text, (written) => {
        const parsed = schema.safeParse(written);
        if (parsed.success) expect(String(parsed.data)).toBe(written);
      }),
      { seed: 5, numRuns: 2000 },
    );
  });

  it('is read by this alone', () => {
    const sources = fileURLToPath(new URL('../../../../', import.meta.url));
    const coercing = ['server/src', 'shared/src'].flatMap((folder) =>
      readdirSync(join(sources, folder), { recursive: true })
        .map((path) => join(folder, String(path)))
        .filter((path) => path.endsWith('.ts') && !path.includes('.test'))
        .filter((path) => readFileSync(join(sources, path), 'utf8').includes('z.coerce')),
    );
    expect(coercing).toEqual([]);
  });
});
