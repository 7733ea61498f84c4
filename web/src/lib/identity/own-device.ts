import type { ResumeDevice } from '@cowatch/shared/resume';
import type { KeyValueStorage } from '../device-storage.ts';
import { randomId } from '../random-id.ts';

const KEY = 'cowatch.device';
const NAME_KEY = 'cowatch.device-name';
const TV = /SMART-TV|SmartTV|Tizen|Web0S|BRAVIA|AFT/;
const ID = /^[A-Za-z0-9_-]{8,40}$/;

/** This browser as one of somebody's devices: its id is made once and kept here, and so is a name it was given. */
export function ownDevice(storage: KeyValueStorage, userAgent: string): ResumeDevice {
  const kept = storage.getItem(KEY);
  const id = kept !== null && ID.test(kept) ? kept : randomId();
  if (id !== kept) storage.setItem(KEY, id);
  return { id, name: storage.getItem(NAME_KEY) ?? deviceName(userAgent) };
}

/** Keeps what somebody calls this browser. */
export function renameOwnDevice(storage: KeyValueStorage, userAgent: string, name: string): void {
  if (name === deviceName(userAgent)) storage.removeItem(NAME_KEY);
  else storage.setItem(NAME_KEY, name);
}

const ASKED_KEY = 'cowatch.device-asked';

/** Has somebody named this browser, or been asked what it is called and passed that by? */
export function wasNameAsked(storage: KeyValueStorage, userAgent: string): boolean {
  const kept = storage.getItem(NAME_KEY);
  // A twin that got its number by itself is not named yet.
  const isNamed = kept !== null && !kept.startsWith(deviceName(userAgent));
  return isNamed || storage.getItem(ASKED_KEY) !== null;
}

export const noteNameAsked = (storage: KeyValueStorage) => storage.setItem(ASKED_KEY, '1');

export type FormFactor = 'phone' | 'tablet' | 'laptop' | 'tv';

/**
 * What kind of thing this browser runs on.
 *
 * @param touchPoints as `navigator.maxTouchPoints` has them: an iPad says it is a Mac, and no Mac is touched
 */
export function formFactor(userAgent: string, touchPoints: number): FormFactor {
  if (TV.test(userAgent)) return 'tv';
  if (/iPad|Tablet/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1)) return 'tablet';
  if (/iPhone|iPod/.test(userAgent)) return 'phone';
  // Phones say "Mobile", tablets do not.
  if (/Android/.test(userAgent)) return /Mobile/.test(userAgent) ? 'phone' : 'tablet';
  return 'laptop';
}

const GUEST_LEFT_KEY = 'cowatch.guest-left';

/** The guest of this browser whom somebody did not want to bring along, and is not asked about again; null where there is none. */
export const guestLeft = (storage: KeyValueStorage) => storage.getItem(GUEST_LEFT_KEY);
export const leaveGuest = (storage: KeyValueStorage, viewerId: string) => storage.setItem(GUEST_LEFT_KEY, viewerId);

/** Nothing is left of what this device was called: it is a new one from now on. */
export function forgetOwnDevice(storage: KeyValueStorage): void {
  for (const key of [KEY, NAME_KEY, ASKED_KEY]) storage.removeItem(key);
}

/** "Chrome on Android": what people call it. */
export function deviceName(userAgent: string): string {
  const browser = first(userAgent, [
    [/Edg\//, 'Edge'],
    [/OPR\//, 'Opera'],
    [/Firefox\/|FxiOS\//, 'Firefox'],
    [/SamsungBrowser\//, 'Samsung Internet'],
    [/Chrom(e|ium)\/|CriOS\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ]);
  const system = first(userAgent, [
    [/iPhone/, 'iPhone'],
    [/iPad/, 'iPad'],
    [TV, 'TV'],
    [/Android/, 'Android'],
    [/Windows/, 'Windows'],
    [/Mac OS X|Macintosh/, 'Mac'],
    [/CrOS/, 'Chromebook'],
    [/Linux/, 'Linux'],
  ]);
  if (browser !== null && system !== null) return `${browser} on ${system}`;
  return browser ?? system ?? 'A browser';
}

function first(text: string, names: readonly (readonly [RegExp, string])[]): string | null {
  return names.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
