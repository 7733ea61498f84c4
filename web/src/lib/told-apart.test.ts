import { expect, it } from 'vitest';
import { toldApart } from './told-apart.ts';

const names = (...given: readonly string[]) =>
  toldApart(given.map((name, n) => ({ id: `device-${n}`, name }))).map(({ name }) => name);

it('twins get a number, in whatever case of letters, and none that another bears', () => {
  expect(names('Chrome on Linux', 'Safari on iPhone')).toEqual(['Chrome on Linux', 'Safari on iPhone']);
  expect(names('TV', 'TV', 'tv', 'TV')).toEqual(['TV', 'TV 2', 'tv 3', 'TV 4']);
  expect(names('TV 2', 'TV', 'TV')).toEqual(['TV 2', 'TV', 'TV 3']);
  expect(names()).toEqual([]);
});
