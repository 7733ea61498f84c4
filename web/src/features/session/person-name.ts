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

/** The same, where somebody chose it: one that this page suggested says nothing of who that was. */
export function chosenName(storage: KeyValueStorage, t: TFunction): string | null {
  const name = rememberedName(storage);
  return name === null || isFriendly(name, t) ? null : name;
}

function isFriendly(name: string, t: TFunction): boolean {
  const animals = t('gate.animals').split(' ');
  return t('gate.adjectives')
    .split(' ')
    .some((adjective) => animals.some((animal) => t('gate.defaultName', { adjective, animal }) === name));
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
