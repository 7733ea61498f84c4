import type { Playback } from '../../protocol/index.ts';
import { LENGTH_AGREEMENT_S } from '../../timeline/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { CommandBodies } from './command-sender.ts';

/** Hosts say at once where a party is in what was live; members who control it wait so long for one, and a little more. */
const HOSTS_FIRST_MS = 3000;
const OTHERS_SPREAD_MS = 2000;

/** Lengths that grow, as that of a broadcast one can go back in, are said no more often than this. */
const LENGTHS_APART_MS = 10_000;

/** A first guess is put right at once. */
const FREE_LENGTHS = 2;

export interface MediaFactsDeps {
  readonly env: ClientEnvironment;
  /** What the party plays; null while this client is not in it. */
  playback(): Playback | null;
  isHost(): boolean;
  canControl(): boolean;
  /** Where the own player is now, in seconds. */
  positionS(): number | null;
  /** No answer is waited for and no refusal shown: somebody else may have been quicker. */
  send(body: CommandBodies['playback:command']): void;
}

/** States to the party what the own player has found out about the medium: how long it is, and where in it one is. */
export class MediaFacts {
  readonly #deps: MediaFactsDeps;
  #length: { readonly mediaId: string; readonly durationS: number } | null = null;
  /** Every length is said once: hosts whose players do not agree must not go on for ever. */
  readonly #saidS = new Map<string, number[]>();
  #lengthSaidMs = Number.NEGATIVE_INFINITY;
  #lengthTimer: unknown = null;
  #timer: unknown = null;

  constructor(deps: MediaFactsDeps) {
    this.#deps = deps;
  }

  /** The player knows how long the medium is, in seconds. */
  learnLength(durationS: number): void {
    const mediaId = this.#deps.playback()?.media.id;
    this.#length = mediaId === undefined ? null : { mediaId, durationS };
    this.look();
  }

  /** The player is gone, and what it knew. */
  forget(): void {
    this.#length = null;
    this.#deps.env.clearTimer(this.#timer);
    this.#deps.env.clearTimer(this.#lengthTimer);
  }

  /** Looks whether there is something to tell; to be called when the medium, or who one is, has changed. */
  look(): void {
    const playback = this.#deps.playback();
    if (playback === null || this.#length?.mediaId !== playback.media.id || !this.#deps.isHost()) return;
    const { mediaId, durationS } = this.#length;
    const said = this.#saidS.get(mediaId) ?? [];
    if (said.includes(durationS) || !isBetter(durationS, playback.media.durationS, said)) return;
    const { env } = this.#deps;
    const waitMs = said.length < FREE_LENGTHS ? 0 : this.#lengthSaidMs + LENGTHS_APART_MS - env.nowMs();
    env.clearTimer(this.#lengthTimer);
    if (waitMs > 0) {
      this.#lengthTimer = env.setTimer(() => this.look(), waitMs);
      return;
    }
    this.#lengthSaidMs = env.nowMs();
    this.#saidS.set(mediaId, [...said, durationS]);
    this.#deps.send({ kind: 'duration', mediaId, durationS });
  }

  /** What was live has ended, and nobody has said yet where in its recording the party is. */
  liveEnded(durationS: number): void {
    const { env } = this.#deps;
    env.clearTimer(this.#timer);
    const version = this.#deps.playback()?.timeline.version;
    if (this.#deps.isHost()) this.#anchor(version, durationS);
    else if (this.#deps.canControl()) {
      const delayMs = HOSTS_FIRST_MS + env.random() * OTHERS_SPREAD_MS;
      this.#timer = env.setTimer(() => this.#anchor(version), delayMs);
    }
  }

  #anchor(version: number | undefined, durationS?: number): void {
    const playback = this.#deps.playback();
    const positionS = this.#deps.positionS();
    if (playback === null || positionS === null || playback.timeline.version !== version) return;
    const mediaId = playback.media.id;
    const stated = durationS === undefined ? {} : { durationS };
    this.#deps.send({ kind: 'anchor', mediaId, version, positionS, ...stated });
  }
}

/**
 * Is a length better than the one that is stated? A longer one is: some player gets further. A shorter one only where it was
 * this player that was wrong before; else one broken download would end the video for everybody.
 */
function isBetter(durationS: number, statedS: number | null, ownSaid: readonly number[]): boolean {
  if (statedS === null || durationS > statedS + LENGTH_AGREEMENT_S) return true;
  return durationS < statedS - LENGTH_AGREEMENT_S && ownSaid.includes(statedS);
}
