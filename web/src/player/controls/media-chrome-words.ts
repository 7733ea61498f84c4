import type { TFunction } from 'i18next';
import { En } from 'media-chrome/dist/lang/en.js';
import { addTranslation, setLanguage } from 'media-chrome/dist/utils/i18n.js';

/** Gives media-chrome's elements the catalogue's words. To be called before the first of them is made. */
export function setMediaChromeWords(t: TFunction) {
  addTranslation('en', {
    ...En,
    'video player': t('player.region'),
    'audio player': t('player.region'),
    seek: t('player.seek'),
    volume: t('player.volume'),
    'video not loaded, unknown time.': t('player.notLoaded'),
  });
  setLanguage('en');
}
