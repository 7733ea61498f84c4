import { useSyncExternalStore } from 'react';
import type { MediaState, PlayerMediaStore } from './player-media-store.ts';

/**
 * One value of media-chrome's state. `select` must give equal values for equal states, and so no lists: the store makes those anew whenever it looks,
 * and it looks at every subscription.
 */
export function useMediaState<T extends string | number | boolean | undefined>(
  store: PlayerMediaStore,
  select: (state: Partial<MediaState>) => T,
): T {
  return useSyncExternalStore(store.subscribe, () => select(store.getState()));
}
