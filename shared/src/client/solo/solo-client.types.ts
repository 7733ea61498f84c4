import type { Media, Playback } from '../../protocol/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { SessionClient } from '../session/session-client.types.ts';
import type { SyncHealth } from '../session/session-state.ts';

/** Playback state: what plays, and how the own player stands to it. */
export interface PlaybackState {
  /** Null until it is known. */
  readonly playback: Playback | null;
  readonly sync: Pick<SyncHealth, 'phase' | 'reach' | 'behindLiveS'>;
}

/** Driver of a player: plays, pauses, seeks, and keeps a media element to it. The client of a party, or of one person alone. */
export interface PlaybackDriver
  extends Pick<SessionClient, 'subscribe' | 'targetPositionS' | 'play' | 'pause' | 'seek' | 'setRate' | 'attach'> {
  readonly state: PlaybackState;
}

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
