import { useSyncExternalStore } from 'react';
import type { MediaState, PartyMediaStore } from './party-media-store.ts';

/** One value of media-chrome's state. `select` must give the same value for the same state. */
export function useMediaState<T>(store: PartyMediaStore, select: (state: Partial<MediaState>) => T): T {
  return useSyncExternalStore(
    (onChange) => store.subscribe(onChange),
    () => select(store.getState()),
  );
}
