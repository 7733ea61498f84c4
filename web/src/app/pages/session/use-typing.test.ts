import { expect, it } from 'vitest';
import { typingIn } from './use-typing.ts';

const PHONE = { height: 470, offsetTop: 0, scale: 1 };

it('a keyboard leaves so much of the page, from there on', () => {
  expect(typingIn(PHONE, true)).toEqual({ heightPx: 470, topPx: 0 });
  expect(typingIn({ ...PHONE, height: 469.6, offsetTop: 210.2 }, true)).toEqual({ heightPx: 470, topPx: 210 });
});

it('nothing changes where nothing is typed, where there is room, and under two fingers that zoom', () => {
  expect(typingIn(PHONE, false)).toBeNull();
  expect(typingIn({ ...PHONE, height: 800 }, true)).toBeNull();
  expect(typingIn({ ...PHONE, scale: 1.5 }, true)).toBeNull();
});
