import type { MediaKind } from '@cowatch/shared/protocol';
import { memo, useEffect, useState } from 'react';
import { useLatest } from '../../lib/hooks/use-latest.ts';
import { loadPlayer, type PlayerComponent, playerSource } from './player-loader.ts';

export interface PlayerMediaProps {
  readonly kind: MediaKind;
  readonly src: string;
  /** Must not change: it is called with the media element once there is one, and with null when it goes. */
  readonly onElement: (element: HTMLVideoElement | null) => void;
  /** Must not change: the player's own code could not be fetched. */
  readonly onFail: () => void;
}

/**
 * The medium itself. react-player writes rate and volume to the element whenever it renders, which would undo what the
 * follower and the volume bar do: so it renders once per source and never again.
 */
export const PlayerMedia = memo(function PlayerMedia({ kind, src, onElement, onFail }: PlayerMediaProps) {
  const [loaded, setLoaded] = useState<{ readonly Player: PlayerComponent } | null>(null);
  const fail = useLatest(onFail);
  useEffect(() => {
    let gone = false;
    loadPlayer(kind).then(
      (Player) => gone || setLoaded({ Player }),
      () => gone || fail.current(),
    );
    return () => {
      gone = true;
    };
  }, [kind, fail]);

  if (!loaded) return null;
  const { Player } = loaded;
  return <Player ref={onElement} src={playerSource(kind, src)} playsInline preload="auto" width="100%" height="100%" />;
});
