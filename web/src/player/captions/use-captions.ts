import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { storage } from '../../lib/device-storage.ts';
import { untilItWorks } from '../../lib/until-it-works.ts';
import { lazyModule } from '../../ui/lazy-part.tsx';
import type { Captions, CaptionsState } from './captions.ts';
import type { PartySubtitles } from './party-subtitles.ts';

const loadCode = lazyModule(() => import('./load.ts'));

export interface CaptionsHook {
  /** Null until something needs them. */
  readonly captions: Captions | null;
  readonly state: CaptionsState | null;
  /** Fetches their code, where it is not there yet. */
  readonly load: () => Promise<Captions>;
}

const never = () => () => {};
const nothing = () => null;
/** Kept by `caption-preferences.ts`, which most films do not need. */
const FILES_KEY = 'cowatch.subtitle-files';

/**
 * Captions of whatever plays. Their code is fetched when a medium has some, when somebody asks for them, or when a file was added before.
 *
 * @param element null where captions are not the page's to show
 * @param party what the party has for everyone; null where there is none
 */
export function useCaptions(element: HTMLVideoElement | null, contentId: string, party: PartySubtitles | null): CaptionsHook {
  const [captions, setCaptions] = useState<Captions | null>(null);
  const loading = useRef<Promise<Captions> | null>(null);
  const load = useCallback(() => {
    loading.current ??= loadCode().then(({ loadCaptions }) => {
      const loaded = loadCaptions(storage);
      setCaptions(loaded);
      return loaded;
    });
    // What failed for want of a network may be there the next time.
    loading.current.catch(() => {
      loading.current = null;
    });
    return loading.current;
  }, []);

  useEffect(() => {
    const tracks = element?.textTracks;
    if (!tracks) return;
    const look = () => {
      if ([...tracks].some(({ kind }) => kind === 'subtitles' || kind === 'captions')) load().catch(() => {});
    };
    look();
    if (storage.getItem(FILES_KEY)?.includes(JSON.stringify(contentId))) load().catch(() => {});
    tracks.addEventListener('addtrack', look);
    return () => tracks.removeEventListener('addtrack', look);
  }, [element, contentId, load]);
  useEffect(() => captions?.attach(element, contentId), [captions, element, contentId]);
  const someShared = element !== null && party !== null && party.tracks.length > 0;
  useEffect(() => {
    if (someShared) return untilItWorks(load);
  }, [someShared, load]);
  useEffect(() => captions?.setParty(party), [captions, party]);

  const state = useSyncExternalStore(captions?.subscribe ?? never, captions?.state ?? nothing);
  return { captions, state, load };
}
