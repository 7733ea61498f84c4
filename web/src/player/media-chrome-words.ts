import type { TFunction } from 'i18next';
import { En } from 'media-chrome/dist/lang/en.js';
import { addTranslation, setLanguage } from 'media-chrome/dist/utils/i18n.js';

/** Gives media-chrome's elements the catalogue's words. To be called before the first of them is made. */
export function setMediaChromeWords(t: TFunction) {
  addTranslation('en', {
    ...En,
    'video player': t('player.region'),
    'audio player': t('player.region'),
    Play: t('player.play'),
    play: t('player.play'),
    Pause: t('player.pause'),
    pause: t('player.pause'),
    seek: t('player.seek'),
    volume: t('player.volume'),
    Mute: t('player.mute'),
    mute: t('player.mute'),
    Unmute: t('player.unmute'),
    unmute: t('player.unmute'),
    'closed captions': t('player.captions'),
    'Enable captions': t('player.captionsOn'),
    'Disable captions': t('player.captionsOff'),
    'Enter fullscreen mode': t('player.fullscreen'),
    'enter fullscreen mode': t('player.fullscreen'),
    'Exit fullscreen mode': t('player.fullscreenExit'),
    'exit fullscreen mode': t('player.fullscreenExit'),
    'Enter picture in picture mode': t('player.pip'),
    'enter picture in picture mode': t('player.pip'),
    'Exit picture in picture mode': t('player.pipExit'),
    'exit picture in picture mode': t('player.pipExit'),
    'video not loaded, unknown time.': t('player.notLoaded'),
  });
  setLanguage('en');
}
