import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

/** Strings by key; a key of another level has its own. */
export interface Words {
  readonly [key: string]: string | Words;
}

/** What the same strings are in another language: the same keys, other texts. */
export type Translation<T extends Words> = { readonly [K in keyof T]: T[K] extends Words ? Translation<T[K]> : string };

void i18next.use(initReactI18next).init({
  resources: {},
  lng: 'en',
  fallbackLng: 'en',
  interpolation: { escapeValue: false },
  initAsync: false,
});

/**
 * Adds strings to the English catalogue; gives them back for their types. Each feature's `words.ts` does so when its code is
 * loaded, so that a page comes with the strings it shows and no others.
 *
 * A second language is a file of the type `Translation<typeof …Words>` beside each `words.ts`, fetched where it is the
 * language of the page and put in with `addResourceBundle` under its code. What it does not have yet, or not at all, shows in
 * English (`fallbackLng`). Plurals and interpolation are those of i18next, so the keys stay.
 */
export function addWords<const T extends Words>(english: T): T {
  i18next.addResourceBundle('en', 'translation', english, true, true);
  return english;
}
