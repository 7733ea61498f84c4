import { expect, it } from 'vitest';
import { memoryStorage } from '../device-storage.ts';
import { deviceName, forgetOwnDevice, formFactor, noteNameAsked, ownDevice, renameOwnDevice, wasNameAsked } from './own-device.ts';

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', 'Chrome on Linux'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari on iPhone',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    'Edge on Windows',
  ],
  ['something else', 'A browser'],
])('a browser is called what people call it: %s', (userAgent, name) => {
  expect(deviceName(userAgent)).toBe(name);
});

it('a device keeps its id, and makes a new one where that is spoilt', () => {
  const storage = memoryStorage();
  const { id } = ownDevice(storage, '');
  expect(ownDevice(storage, '').id).toBe(id);
  storage.setItem('cowatch.device', 'no id');
  expect(ownDevice(storage, '').id).toMatch(/^[A-Za-z0-9_-]{8,40}$/);
});

it('a device is called what somebody calls it, until they call it what everybody would', () => {
  const storage = memoryStorage();
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0';
  renameOwnDevice(storage, firefox, 'Ana’s laptop');
  expect(ownDevice(storage, firefox).name).toBe('Ana’s laptop');
  renameOwnDevice(storage, firefox, 'Firefox on Linux');
  expect(ownDevice(storage, 'Mozilla/5.0 (Linux; Android 15) Firefox/142.0').name).toBe('Firefox on Android');
});

it('a device that was forgotten is another one', () => {
  const storage = memoryStorage();
  const { id } = ownDevice(storage, '');
  renameOwnDevice(storage, '', 'Mine');
  forgetOwnDevice(storage);
  expect(ownDevice(storage, '')).toMatchObject({ name: 'A browser' });
  expect(ownDevice(storage, '').id).not.toBe(id);
});

it('a name is asked for once: not after an answer, nor after a name, but a number alone is no name', () => {
  const storage = memoryStorage();
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0';
  expect(wasNameAsked(storage, firefox)).toBe(false);
  renameOwnDevice(storage, firefox, 'Firefox on Linux 2');
  expect(wasNameAsked(storage, firefox)).toBe(false);
  renameOwnDevice(storage, firefox, 'Ana’s laptop');
  expect(wasNameAsked(storage, firefox)).toBe(true);
  const skipped = memoryStorage();
  noteNameAsked(skipped);
  expect(wasNameAsked(skipped, firefox)).toBe(true);
  forgetOwnDevice(skipped);
  expect(wasNameAsked(skipped, firefox)).toBe(false);
});

it.each([
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', 5, 'phone'],
  ['Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0.0.0 Mobile Safari/537.36', 5, 'phone'],
  ['Mozilla/5.0 (Linux; Android 15; SM-X910) Chrome/140.0.0.0 Safari/537.36', 5, 'tablet'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15', 5, 'tablet'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15', 0, 'laptop'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0', 10, 'laptop'],
  ['Mozilla/5.0 (SMART-TV; Linux; Tizen 8.0) Chrome/140.0.0.0', 0, 'tv'],
  ['Mozilla/5.0 (Linux; Android 11; AFTKRT) Chrome/140.0.0.0 Mobile', 0, 'tv'],
])('%s with %i fingers is a %s', (userAgent, touchPoints, form) => {
  expect(formFactor(userAgent, touchPoints)).toBe(form);
});
