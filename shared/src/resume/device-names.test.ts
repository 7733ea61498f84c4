import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEVICE_NAME_MAX_CHARS } from '../protocol/limits.ts';
import { charsOf } from '../protocol/text.ts';
import { deviceNames, freeDeviceName } from './device-names.ts';

const names = (...given: readonly string[]) => [...deviceNames(given.map((name, n) => ({ id: `device-${n}`, name }))).values()];

it('twins get a number, in whatever case of letters, and none that another bears', () => {
  expect(names('Chrome on Linux', 'Safari on iPhone')).toEqual(['Chrome on Linux', 'Safari on iPhone']);
  expect(names('TV', 'TV', 'tv', 'TV')).toEqual(['TV', 'TV 2', 'tv 3', 'TV 4']);
  expect(names('TV', 'TV', 'TV 2').toSorted()).toEqual(['TV', 'TV 2', 'TV 3']);
  expect(names()).toEqual([]);
});

it('a name that is long makes room for its number', () => {
  const long = 'x'.repeat(DEVICE_NAME_MAX_CHARS);
  const free = freeDeviceName(long, [long]);
  expect(free).toBe(`${'x'.repeat(DEVICE_NAME_MAX_CHARS - 2)} 2`);
});

it('[DEV10] every device of somebody comes to the same names, in whatever order it heard of them', () => {
  const name = fc.constantFrom('TV', 'tv', 'TV 2', 'Laptop', '🦊'.repeat(DEVICE_NAME_MAX_CHARS));
  const device = fc.record({ id: fc.stringMatching(/^[a-z]{8}$/), name });
  const list = fc.uniqueArray(device, { selector: ({ id }) => id, maxLength: 12 });
  const lists = list.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
  fc.assert(
    fc.property(lists, ([one, other]) => {
      const given = deviceNames(one);
      expect(deviceNames(other)).toEqual(given);
      expect(new Set([...given.values()].map((shown) => shown.toLowerCase())).size).toBe(one.length);
      for (const shown of given.values()) expect(charsOf(shown)).toBeLessThanOrEqual(DEVICE_NAME_MAX_CHARS);
    }),
    { seed: 18 },
  );
});
