import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { missingPictures } from './missing-pictures.ts';
import { pictureAddress } from './picture-address.ts';

export interface Picture {
  /** What an image is given; null while there is nothing to ask for. */
  readonly address: string | null;
  readonly onMiss: () => void;
}

/**
 * The picture of a title, asked for when it may be there: not again for a while where there was none, and at once where the
 * title is called something else from now on: what a service says of its videos comes late, and all together.
 */
export function usePicture(contentId: string, name: string, sessionId: string | undefined): Picture {
  const address = pictureAddress(contentId, sessionId);
  const againAtMs = useSyncExternalStore(missingPictures.subscribe, () => missingPictures.againAtMs(address));

  useEffect(() => {
    if (againAtMs === null) return;
    const timer = setTimeout(() => missingPictures.again(address), Math.max(0, againAtMs - performance.now()));
    return () => clearTimeout(timer);
  }, [address, againAtMs]);

  const named = useRef({ address, name });
  useEffect(() => {
    const before = named.current;
    named.current = { address, name };
    if (before.address === address && before.name !== name) missingPictures.expect(address);
  }, [address, name]);

  const onMiss = useCallback(() => missingPictures.miss(address, performance.now()), [address]);
  return { address: againAtMs === null ? address : null, onMiss };
}
