import type { SoloClient, SoloClientOptions } from './solo-client.types.ts';
import { SoloPlayback } from './solo-playback.ts';

/** Driver of one person who watches alone: what plays is what the own player does. */
export function createSoloClient(options: SoloClientOptions): SoloClient {
  const playback = new SoloPlayback(options);
  return {
    get state() {
      return playback.state;
    },
    subscribe: playback.changes.add,
    onStill: playback.stills.add,
    targetPositionS: () => playback.positionS,
    positionS: () => playback.positionS,
    placeS: () => playback.placeS,
    durationS: () => playback.durationS,
    moving: () => playback.isMoving,
    play: () => playback.play(),
    pause: () => playback.pause(),
    seek: (toS) => playback.seek(toS),
    setRate: (rate) => playback.setRate(rate),
    attach: (element, traits = {}) => playback.attach(element, traits),
  };
}
