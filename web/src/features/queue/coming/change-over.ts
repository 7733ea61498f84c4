import type { Playback } from '@cowatch/shared/protocol';

/** What is known of the moment at which one video gives way to the next. */
export interface ChangeOverInput {
  readonly playback: Pick<Playback, 'timeline' | 'media'>;
  /** Where the party is, in seconds. */
  readonly positionS: number;
  /** The own player has come to the end. */
  readonly ended: boolean;
  /** The next one begins by itself. */
  readonly auto: boolean;
  /** Somebody has asked that what is on stays. */
  readonly stay: boolean;
}

export type ChangeOver =
  /** Nothing to say yet; `prepare` where the next one may be loaded. */
  | { readonly kind: 'far'; readonly prepare: boolean }
  /** It comes by itself, in so many whole seconds. */
  | { readonly kind: 'soon'; readonly leftS: number; readonly prepare: true }
  /** It would have come by itself. */
  | { readonly kind: 'stays'; readonly prepare: boolean }
  /** This one is over, and the next one waits for somebody. */
  | { readonly kind: 'over'; readonly prepare: true };

/** So long before the end it is said what comes, in seconds. */
export const ANNOUNCED_S = 10;

/** So long before the end the next one is loaded, in seconds: a slow server has the time to answer, and few change their mind. */
export const PREPARED_S = 25;

/** The last picture begins before the end. */
const AT_END_S = 0.05;

export const FAR: ChangeOver = { kind: 'far', prepare: false };

/** What is to be said of the video that comes next, and whether it is loaded already. */
export function changeOverOf(input: ChangeOverInput): ChangeOver {
  const { playback, positionS, auto, stay } = input;
  const leftS = leftSecondsOf(input);
  if (input.ended || leftS <= AT_END_S) return auto && !stay ? { kind: 'soon', leftS: 0, prepare: true } : { kind: 'over', prepare: true };
  const prepare = playback.timeline.playing && leftS <= PREPARED_S && positionS > 0;
  if (!prepare || leftS > ANNOUNCED_S) return prepare ? { kind: 'far', prepare } : FAR;
  if (stay) return { kind: 'stays', prepare };
  return auto ? { kind: 'soon', leftS: Math.ceil(leftS), prepare: true } : { kind: 'far', prepare };
}

/** Seconds of watching until the end; infinite where it is not known. */
function leftSecondsOf({ playback: { media, timeline }, positionS }: ChangeOverInput): number {
  return Math.max(0, (media.durationS ?? Number.POSITIVE_INFINITY) - positionS) / timeline.rate;
}
