import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';

type Words = { readonly [key: string]: string | Words };

function texts(words: Words, path = ''): (readonly [string, string])[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as const] : texts(value, `${path}${key}.`),
  );
}

const all = texts(catalogue);

describe('the English catalogue', () => {
  it('speaks to people, not to engineers', () => {
    const jargon = /\b(sockets?|sessions?|timelines?|drift|latency|RTT|error code|invalid|null|undefined)\b/i;
    expect(all.filter(([, text]) => jargon.test(text))).toEqual([]);
  });

  it('has no empty words and no stray blanks', () => {
    expect(all.filter(([, text]) => text === '' || text.trim() !== text)).toEqual([]);
  });

  it('has a plural to every singular', () => {
    const keys = new Set(all.map(([key]) => key));
    const singulars = [...keys].filter((key) => key.endsWith('_one'));
    expect(singulars.filter((key) => !keys.has(key.replace(/_one$/, '_other')))).toEqual([]);
    expect(singulars).not.toEqual([]);
  });
});
