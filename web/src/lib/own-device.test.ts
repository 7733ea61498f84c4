import { expect, it } from 'vitest';
import { memoryStorage } from './device-storage.ts';
import {
  deviceName,
  forgetOwnDevice,
  ownDevice,
  rememberedViewer,
  rememberViewer,
  renameOwnDevice,
} from './own-device.ts';

it.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome on Linux',
  ],
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
  rememberViewer(storage, 'ana');
  forgetOwnDevice(storage);
  expect(rememberedViewer(storage)).toBeNull();
  expect(ownDevice(storage, '')).toMatchObject({ name: 'A browser' });
  expect(ownDevice(storage, '').id).not.toBe(id);
});
