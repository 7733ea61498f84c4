import type { Media } from '../../protocol/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { SessionClient } from '../session/session-client.types.ts';

/** What a player's buttons speak to: a party, or one person alone. */
export type PlaybackDriver = Pick<
  SessionClient,
  'state' | 'subscribe' | 'clusterNowMs' | 'targetPositionS' | 'play' | 'pause' | 'seek' | 'setRate' | 'attach'
>;

export interface SoloClientOptions {
  readonly media: Media;
  /** Where to begin, in seconds. */
  readonly startS: number;
  /** What a person does, as it is done. */
  readonly onGesture: (gesture: SoloGesture) => void;
  readonly environment?: ClientEnvironment;
}

export type SoloGesture = { readonly kind: 'played' } | { readonly kind: 'jumped'; readonly fromS: number; readonly toS: number };

export interface SoloClient extends PlaybackDriver {
  /** Where the player is, in seconds; null while it knows of no place. */
  positionS(): number | null;
  /**
   * Where the person is, in seconds: where the player is, or else where they meant to be or were last. Null while there is
   * nothing to be said.
   */
  placeS(): number | null;
  /** Seconds; null while it is not known. */
  durationS(): number | null;
  moving(): boolean;
  /** Calls back when it stops moving, with whether it came to its end; returns its stop. */
  onStill(listener: (ended: boolean) => void): () => void;
}
