import { cutText, NAME_MAX_CHARS } from '@cowatch/shared/protocol';
import type { TFunction } from 'i18next';
import type { KeyValueStorage } from '../../lib/device-storage.ts';

const KEY = 'cowatch.name';

/** The name this device joined under last, or null. */
export function rememberedName(storage: KeyValueStorage): string | null {
  const name = storage.getItem(KEY)?.trim();
  return name ? cutText(name, NAME_MAX_CHARS) || null : null;
}

export function rememberName(storage: KeyValueStorage, name: string) {
  storage.setItem(KEY, name);
}

/**
 * A friendly name for somebody who has not picked one.
 *
 * @param random in [0, 1)
 */
export function friendlyName(t: TFunction, random: () => number = Math.random): string {
  const pick = (words: string) => {
    const all = words.split(' ');
    return all[Math.floor(random() * all.length)] ?? '';
  };
  return t('gate.defaultName', { adjective: pick(t('gate.adjectives')), animal: pick(t('gate.animals')) });
}
