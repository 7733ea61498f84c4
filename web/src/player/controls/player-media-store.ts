import { createMediaStore, type MediaState, type MediaStore } from 'media-chrome/dist/media-store/media-store.js';
import { type RequestMap, requestMap } from 'media-chrome/dist/media-store/request-map.js';
import { type StateMediator, stateMediator } from 'media-chrome/dist/media-store/state-mediator.js';
import type { PlaybackControls } from './playback-controls.ts';

export type { MediaState };

export interface PlayerMediaStore extends MediaStore {
  /** Reads everything anew: after the party has changed, and now and then while it plays. */
  refresh(): void;
}

export interface PlayerMediaStoreOptions {
  readonly controls: PlaybackControls;
  /** True while a finger or the mouse holds the seek bar. */
  readonly dragging: () => boolean;
}

/**
 * Player media store: media-chrome's store, but whether and where it plays is the driver's, and requests about that go to
 * the driver. The element may be paused, sought or sped up for a moment by the follower without any button flickering.
 * Sound, captions, full screen and picture-in-picture stay the element's own.
 */
export function createPlayerMediaStore({ controls, dragging }: PlayerMediaStoreOptions): PlayerMediaStore {
  const mediator: StateMediator = {
    ...stateMediator,
    mediaPaused: {
      get: () => !controls.playing() || controls.ended(),
      set: (paused) => (paused ? controls.pause() : controls.play()),
    },
    mediaPlaybackRate: {
      get: () => controls.rate(),
      set: (rate) => controls.setRate(Number(rate)),
    },
    mediaCurrentTime: {
      get: () => controls.positionS(),
      set: (positionS) => (dragging() ? controls.preview(positionS) : controls.seekTo(positionS)),
    },
    mediaDuration: { ...stateMediator.mediaDuration, get: () => controls.durationS() },
    mediaSeekable: {
      ...stateMediator.mediaSeekable,
      get: (owners, event) => {
        const range = stateMediator.mediaSeekable.get(owners, event);
        const durationS = controls.durationS();
        if (range && Number.isFinite(range[1])) return range;
        return Number.isFinite(durationS) ? [0, durationS] : undefined;
      },
    },
    // Not live where the party knows a length: recordings that do not say theirs look endless to a player.
    mediaStreamType: {
      ...stateMediator.mediaStreamType,
      get: (owners, event) => (Number.isFinite(controls.durationS()) ? 'on-demand' : stateMediator.mediaStreamType.get(owners, event)),
    },
    mediaEnded: { get: () => controls.ended() },
    // The bar shows the party, which goes on while this player loads.
    mediaLoading: { get: () => false },
    // media-chrome stops taking any request after an error; the party can still be controlled.
    mediaError: { get: () => stateMediator.mediaError.get({}) },
    mediaErrorCode: { get: () => stateMediator.mediaErrorCode.get({}) },
  };

  // A press on play must not seek the element of a live stream to its edge: that, too, is the party's.
  const requests: RequestMap = {
    ...requestMap,
    mediaplayrequest: () => {
      controls.play();
    },
  };

  const store = createMediaStore({
    stateMediator: mediator,
    requestMap: requests,
    documentElement: document,
    // The whole page goes full screen, so that dialogs, menus and people can be shown over the video.
    fullscreenElement: document.documentElement,
  });
  return { ...store, refresh: () => store.dispatch({ type: 'optionschangerequest' }) };
}
