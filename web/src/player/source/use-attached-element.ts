import type { PlaybackDriver, PlayerHandle } from '@cowatch/shared/client';
import { useEffect, useState } from 'react';
import type { PlayerKind } from './player-kinds.ts';

export interface AttachedElementOptions {
  readonly kind: PlayerKind;
  /** The medium cannot be played here, which the driver is told. */
  readonly unplayable: boolean;
  /** Told of the handle, and when it goes. */
  readonly onHandle: ((handle: PlayerHandle | null) => void) | undefined;
}

/** Keeps a media element to its driver while there are both. */
export function useAttachedElement(
  driver: PlaybackDriver | null,
  element: HTMLVideoElement | null,
  { kind, unplayable, onHandle }: AttachedElementOptions,
): PlayerHandle | null {
  const [handle, setHandle] = useState<PlayerHandle | null>(null);
  useEffect(() => {
    if (!driver || !element) return;
    const attached = driver.attach(element, kind.traits);
    setHandle(attached);
    onHandle?.(attached);
    return () => {
      attached.detach();
      setHandle(null);
      onHandle?.(null);
    };
  }, [driver, element, kind, onHandle]);
  useEffect(() => handle?.setCondition(unplayable ? 'unplayable' : null), [handle, unplayable]);
  return handle;
}
