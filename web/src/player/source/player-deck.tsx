import type { Media, MediaKind } from '@cowatch/shared/protocol';
import { useCallback, useEffect, useLayoutEffect, useState } from 'react';
import type { UpcomingMedium } from '../video-player.types.ts';
import { playerKind } from './player-kinds.ts';
import { PlayerMedia, type PlayerMediaProps } from './player-media.tsx';
import { useWaitingPicture } from './use-waiting-picture.ts';

/** A medium with a player of its own. */
export interface DeckSource {
  readonly media: Pick<Media, 'id' | 'url'>;
  /** What plays it. */
  readonly kind: MediaKind;
  /** Counts the tries: each has a player made anew. */
  readonly attempt: number;
}

export interface UpcomingSource extends DeckSource {
  /** Where it will begin, in seconds. */
  readonly positionS: number;
}

export interface PlayerDeckProps {
  readonly current: DeckSource;
  /** Loaded ahead, unseen and unheard; null where nothing is. */
  readonly upcoming: UpcomingSource | null;
  /** Must not change: called with the media element that is on once there is one, and with null when it goes. */
  readonly onElement: PlayerMediaProps['onElement'];
  /** Must not change: the code of the player that is on could not be fetched. */
  readonly onFail: PlayerMediaProps['onFail'];
}

/**
 * The medium that plays, and behind it at most one that is prepared: where that is on next, its player moves to the front
 * as it is, with what it has loaded, and no black picture stands between the two.
 */
export function PlayerDeck({ current, upcoming, onElement, onFail }: PlayerDeckProps) {
  const waiting = upcoming === null || keyOf(upcoming) === keyOf(current) ? null : upcoming;
  // In this order: the first video element of the page is the one that is on.
  return [current, ...(waiting ? [waiting] : [])].map((source) => (
    <DeckPlace
      key={keyOf(source)}
      source={source}
      isOn={source === current}
      positionS={source === waiting ? waiting.positionS : null}
      onElement={onElement}
      onFail={onFail}
    />
  ));
}

/** The same key keeps its player, whether it is on or waits. */
const keyOf = ({ media, kind, attempt }: DeckSource) => `${media.id} ${media.url} ${kind} ${attempt}`;

interface DeckPlaceProps extends Pick<PlayerDeckProps, 'onElement' | 'onFail'> {
  readonly source: DeckSource;
  readonly isOn: boolean;
  readonly positionS: number | null;
}

function DeckPlace({ source, isOn, positionS, onElement, onFail }: DeckPlaceProps) {
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  useLayoutEffect(() => {
    if (!element) return;
    // What media-chrome has no slot for is neither laid out nor painted, and loads nevertheless.
    element.slot = isOn ? 'media' : 'upcoming';
    if (!isOn) return;
    onElement(element);
    return () => {
      // media-chrome would call whatever is removed from its slot the end of its medium, after the next one is there.
      element.slot = '';
      onElement(null);
    };
  }, [element, isOn, onElement]);
  useWaitingPicture(element, isOn ? null : positionS);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (isOn && failed) onFail();
  }, [isOn, failed, onFail]);
  return <PlayerMedia kind={source.kind} src={source.media.url} onElement={setElement} onFail={useCallback(() => setFailed(true), [])} />;
}

/** A medium as it is prepared; null where it cannot be: the players of services load nothing ahead, and who saves data pays for it twice. */
export function preparable(upcoming: UpcomingMedium | null): UpcomingSource | null {
  const { connection } = navigator as Navigator & { readonly connection?: { readonly saveData?: boolean } };
  if (upcoming === null || playerKind(upcoming.media.kind).service !== null || connection?.saveData) return null;
  const { media, positionS } = upcoming;
  return { media, kind: media.kind, attempt: 0, positionS };
}
