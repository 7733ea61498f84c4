import { describe, expect, it } from 'vitest';
import { isNewerBuild } from './newer-build.ts';

const [page, hash] = ['1764180000000-0123abcd', '0123abcd'];

describe('[CONN12] a page is old where the server serves', () => {
  it.each([
    ['a later build', '1764180000001-89abcdef', true],
    ['the same', page, false],
    ['an earlier build, as during an update of several instances', '1764179999999-89abcdef', false],
    ['a later build of the same content', `1764190000000-${hash}`, false],
    ['something else', 'nonsense', false],
  ])('%s: %s is %s', (_what, served, newer) => expect(isNewerBuild(served, page)).toBe(newer));

  it('and a page that does not know its own, as in development, is never old', () => {
    expect(isNewerBuild(page, '')).toBe(false);
  });
});
