import type { ResumeDevice } from '@cowatch/shared/resume';
import type { KeyValueStorage } from '../../lib/device-storage.ts';

const KEY = 'cowatch.device';
const VIEWER_KEY = 'cowatch.viewer';
const ID = /^[A-Za-z0-9_-]{8,40}$/;

/** This browser as one of somebody's devices: its id is made once and kept here. */
export function ownDevice(storage: KeyValueStorage, userAgent: string): ResumeDevice {
  const kept = storage.getItem(KEY);
  const id = kept !== null && ID.test(kept) ? kept : crypto.randomUUID();
  if (id !== kept) storage.setItem(KEY, id);
  return { id, name: deviceName(userAgent) };
}

/** Who was here last; null where nobody was. */
export const rememberedViewer = (storage: KeyValueStorage) => storage.getItem(VIEWER_KEY);
export const rememberViewer = (storage: KeyValueStorage, viewerId: string) => storage.setItem(VIEWER_KEY, viewerId);

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
    [/SMART-TV|SmartTV|Tizen|Web0S|BRAVIA|AFT/, 'TV'],
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
