import { type MediaElementLike, OwnLength, type SessionClient, type TrackedPlayer } from '@cowatch/shared/client';

/**
 * A player this far from where its party is has not got there, in seconds: it can only be watched from its start, or broke off,
 * and tells a place that nobody chose.
 */
const NOT_THERE_S = 30;

/** Where somebody is in what their party watches, by their own player and the party's word; `stop` ends it. */
export function partyPlace(
  client: Pick<SessionClient, 'state' | 'targetPositionS'>,
  mediaId: string,
  element: MediaElementLike,
): TrackedPlayer & { stop(): void } {
  const own = new OwnLength(element);
  const learn = () => void own.newSeconds();
  learn();
  element.addEventListener('durationchange', learn);
  /** Of a video that breaks off it is the length of all of it. Seconds; NaN while it is not known, infinite for what is live. */
  const lengthS = () => {
    const media = client.state.playback?.media;
    const statedS = media?.id === mediaId ? media.durationS : null;
    const ownS = own.seconds;
    return ownS === null && statedS === null ? element.duration : Math.max(ownS ?? 0, statedS ?? 0);
  };
  return {
    positionMs() {
      if (element.readyState === 0) return null;
      const { currentTime } = element;
      const partyS = client.targetPositionS() ?? currentTime;
      const wantedS = Number.isFinite(lengthS()) ? Math.min(partyS, lengthS()) : partyS;
      return Math.abs(currentTime - wantedS) > NOT_THERE_S ? null : currentTime * 1000;
    },
    durationMs: () => (Number.isNaN(lengthS()) ? null : lengthS() * 1000),
    playing: () => !element.paused && element.readyState >= 2,
    stop: () => element.removeEventListener('durationchange', learn),
  };
}
