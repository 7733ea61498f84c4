import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { FollowTarget } from '../follower/follow-target.ts';
import { LengthSearch } from './length-search.ts';
import { LiveRenumbering } from './live-renumbering.ts';
import { LiveStanding } from './live-standing.ts';
import type { MediaElementLike, PlayerTraits } from './media-element.ts';
import { OwnLength } from './own-length.ts';

/** What its own player knows of a medium: how long it is, and whether it is live. */
export class Medium {
  readonly #player: MediaElementLike;
  readonly #search: LengthSearch;
  readonly #length: OwnLength;
  readonly #live: LiveStanding;
  readonly #renumbering: LiveRenumbering;
  #atOwnPlace = false;
  #announcedVersion = -1;

  /** @param seek moves the player, in seconds, as the program's own doing */
  constructor(player: MediaElementLike, { countsFromJoining }: PlayerTraits, env: ClientEnvironment, seek: (positionS: number) => void) {
    this.#player = player;
    this.#search = new LengthSearch(player, env, seek);
    this.#length = new OwnLength(player);
    this.#live = new LiveStanding(player);
    this.#renumbering = new LiveRenumbering(player, countsFromJoining, seek);
  }

  /** Another source: nothing that was found out holds. */
  forget(): void {
    this.#search.forget();
    this.#length.forget();
    if (!this.#renumbering.forget()) this.#live.forget();
  }

  /** Looks at the medium beside a timeline. False while the player is away, to find out its length or to count its seconds anew, and cannot follow. */
  look({ playback: { timeline, media } }: FollowTarget): boolean {
    if (this.#search.look(media)) return false;
    const isRecording = media.durationS !== null;
    this.#atOwnPlace = this.#live.look(timeline, isRecording);
    return !this.#renumbering.look(this.#live.hasEnded, isRecording);
  }

  /** Live, or was just now: the timeline's position is not this player's. */
  get isAtOwnPlace(): boolean {
    return this.#atOwnPlace;
  }

  /** Seconds; null while it is not known. */
  get lengthS(): number | null {
    return this.#length.seconds;
  }

  /** A length that is new and worth announcing, in seconds; each is given once. */
  newLength(): number | null {
    return this.#live.hasEnded ? null : this.#length.newSeconds();
  }

  /** The length of the recording that something live has become, once for each version of a timeline that does not know. */
  endedLive(version: number): number | null {
    if (!this.#live.hasEnded || version === this.#announcedVersion) return null;
    this.#announcedVersion = version;
    return this.#player.duration;
  }

  /** Whole seconds behind live; null where nothing is live. */
  get behindLiveS(): number | null {
    return this.#live.behindS;
  }

  /** Where it would be if it had never been paused, in seconds; null where nothing is live. */
  get liveS(): number | null {
    return this.#live.liveS;
  }
}
