import type { KeyValueStorage } from '../../lib/device-storage.ts';
import { lazyModule } from '../../ui/lazy-part.tsx';
import { createCaptionPreferences } from './caption-preferences.ts';
import { Captions } from './captions.ts';
import { fetchSubtitles, shareSubtitles, unshareSubtitles } from './party-subtitles.ts';

const loadReader = lazyModule(() => import('./subtitle-file.ts'));

/** The captions of a page, which remember in this storage. */
export function loadCaptions(storage: KeyValueStorage): Captions {
  return new Captions({
    preferences: createCaptionPreferences(storage),
    async parse({ name, text }) {
      const { parseSubtitles } = await loadReader();
      const reading = await parseSubtitles(name, text);
      return reading.ok ? reading.file : null;
    },
    fetchText: fetchSubtitles,
    share: shareSubtitles,
    unshare: unshareSubtitles,
  });
}
