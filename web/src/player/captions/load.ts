import type { KeyValueStorage } from '../../lib/device-storage.ts';
import { createCaptionPreferences } from './caption-preferences.ts';
import { type Captions, createCaptions } from './captions.ts';

/** The captions of a page, which remember in this storage. */
export function loadCaptions(storage: KeyValueStorage): Captions {
  return createCaptions(createCaptionPreferences(storage), async ({ name, text }) => {
    const { parseSubtitles } = await import('./subtitle-file.ts');
    const reading = await parseSubtitles(name, text);
    return reading.ok ? reading.file : null;
  });
}
