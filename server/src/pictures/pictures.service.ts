import { CodedError, isUnavailable } from '@cowatch/shared/protocol';
import { LRUCache } from 'lru-cache';
import { settlesWithin } from '../platform/settles-within.ts';
import type { Standing } from '../sessions/index.ts';
import type { DrawPicture, Picture, PublicPictures } from '../titles/index.ts';
import type { GrabPlace, GrabStore } from './grabs.store.ts';
import { PICTURE_WAIT_MS, PICTURES_IN_MEMORY_BYTES, PICTURES_IN_MEMORY_MS } from './pictures.limits.ts';

export interface PicturesDeps {
  readonly shared: PublicPictures;
  readonly grabs: GrabStore;
  readonly draw: DrawPicture;
  /** Who a viewer is in a party. @throws CodedError `not_found`, `gone`, `forbidden`, `unavailable` */
  standing(sessionId: string, viewerId: string, nowMs: number): Promise<Standing>;
}

/** A picture, and whether everybody may have it. */
export interface FoundPicture extends Picture {
  readonly isPublic: boolean;
}

/** Who asks, and within which party; both null where they do not say. */
export interface Asker {
  readonly viewerId: string | null;
  readonly sessionId: string | null;
}

/** What is looked up: a picture for everybody, or one of a place. */
interface Wanted {
  readonly contentId: string;
  readonly place: GrabPlace | null;
}

const NONE = { picture: null } as const;
/** What an answer that there is none takes in memory, in bytes, about. */
const NONE_BYTES = 200;

/** Pictures of titles: of their service for everybody, else as a party or a viewer has them. Times are cluster milliseconds. */
export class PicturesService {
  readonly #deps: PicturesDeps;
  /** One read for all who ask meanwhile. Bound: `PICTURES_IN_MEMORY_BYTES`. */
  readonly #memory: LRUCache<string, { readonly picture: Picture | null }, Wanted>;

  readonly #landings = new WeakMap<Promise<unknown>, Promise<unknown>>();

  constructor(deps: PicturesDeps) {
    this.#deps = deps;
    this.#memory = new LRUCache({
      maxSize: PICTURES_IN_MEMORY_BYTES,
      ttl: PICTURES_IN_MEMORY_MS,
      // What is forgotten while it is read is read all the same.
      ignoreFetchAbort: true,
      sizeCalculation: ({ picture }) => NONE_BYTES + (picture?.webp.length ?? 0),
      fetchMethod: async (_key, _stale, { context }) => {
        const picture = await this.#read(context);
        return picture === null ? NONE : { picture };
      },
    });
  }

  /** @throws CodedError `not_found`, `unavailable` */
  async find(contentId: string, { viewerId, sessionId }: Asker, nowMs: number): Promise<FoundPicture> {
    const shared = await this.#public(contentId);
    if (shared !== null) return { ...shared, isPublic: true };
    const own = viewerId === null ? null : await this.#grabbed(contentId, viewerId, sessionId, nowMs);
    if (own === null) throw new CodedError('not_found', 'There is no picture of this.');
    return { ...own, isPublic: false };
  }

  /**
   * Takes a frame that a viewer's player grabbed: theirs from now on, and their party's.
   * @throws CodedError `bad_request`, `too_large` for what is no picture; `conflict` where there is a better one for everybody, in
   * the party, or the party watches something else; `forbidden` for who is not in it; `not_found`, `gone`, `unavailable`
   */
  async put(contentId: string, bytes: Buffer, viewerId: string, sessionId: string | null, nowMs: number): Promise<void> {
    const { grabs, draw, standing } = this.#deps;
    const member = sessionId === null ? null : await standing(sessionId, viewerId, nowMs);
    if (member !== null && !member.isPresent) throw new CodedError('forbidden', 'Only people of the party give it a picture.');
    if (member?.isRestricted) throw new CodedError('forbidden', 'A host has muted you: your pictures are not shown to others.');
    if (member !== null && member.media.id !== contentId) throw new CodedError('conflict', 'Another video is on by now.');
    if ((await this.#public(contentId)) !== null) throw new CodedError('conflict', 'There is a picture of this already.');
    const picture = await draw(bytes);
    const grab = { contentId, viewerId, picture, grabbedAtMs: nowMs };
    await grabs.putOwn(grab);
    this.#forget({ contentId, place: { viewerId } });
    if (sessionId === null || member === null) return;
    const isTaken = await grabs.putOfParty(sessionId, grab, member);
    this.#forget({ contentId, place: { sessionId } });
    if (!isTaken) throw new CodedError('conflict', 'The party has a picture of this already.');
  }

  /** A viewer has forgotten a title, or all of them (null), and so what it looked like. */
  async forgetOwn(viewerId: string, contentId: string | null): Promise<void> {
    await this.#deps.grabs.eraseOwn(viewerId, contentId);
    if (contentId !== null) return this.#forget({ contentId, place: { viewerId } });
    this.#forgetPlace(`viewer:${viewerId}`);
  }

  /** A party is over, or somebody was made to leave it. */
  async forgetOfParty(sessionId: string, memberId?: string): Promise<void> {
    await this.#deps.grabs.eraseOfParty(sessionId, memberId);
    this.#forgetPlace(`session:${sessionId}`);
  }

  #forgetPlace(place: string): void {
    for (const key of this.#memory.keys()) if (key.startsWith(`${place} `)) this.#memory.delete(key);
  }

  /** That of its service, once it has come where it is on its way. */
  async #public(contentId: string): Promise<Picture | null> {
    const wanted = { contentId, place: null };
    const flight = this.#deps.shared.underWay(contentId);
    if (flight !== null) await settlesWithin(this.#landed(flight, wanted), PICTURE_WAIT_MS);
    return this.#fetch(wanted);
  }

  /** Once for each flight: that there was nothing before is forgotten. */
  #landed(flight: Promise<unknown>, wanted: Wanted): Promise<unknown> {
    const known = this.#landings.get(flight);
    if (known !== undefined) return known;
    const landing = flight.then(() => this.#forget(wanted));
    this.#landings.set(flight, landing);
    return landing;
  }

  /** That of the party for who is in it, else the viewer's own. */
  async #grabbed(contentId: string, viewerId: string, sessionId: string | null, nowMs: number): Promise<Picture | null> {
    const isIn = sessionId !== null && (await this.#isPresent(sessionId, viewerId, nowMs));
    const ofParty = isIn ? await this.#fetch({ contentId, place: { sessionId } }) : null;
    return ofParty ?? this.#fetch({ contentId, place: { viewerId } });
  }

  /** A party that is none, or not for this viewer, has no picture for them, and that says no more. */
  async #isPresent(sessionId: string, viewerId: string, nowMs: number): Promise<boolean> {
    try {
      return (await this.#deps.standing(sessionId, viewerId, nowMs)).isPresent;
    } catch (error) {
      if (error instanceof CodedError && !isUnavailable(error)) return false;
      throw error;
    }
  }

  async #fetch(wanted: Wanted): Promise<Picture | null> {
    const found = await this.#memory.fetch(keyOf(wanted), { context: wanted });
    return found?.picture ?? null;
  }

  #read({ contentId, place }: Wanted): Promise<Picture | null> {
    const { shared, grabs } = this.#deps;
    return place === null ? shared.load(contentId) : grabs.load(place, contentId);
  }

  #forget(wanted: Wanted): void {
    this.#memory.delete(keyOf(wanted));
  }
}

/** Ids of viewers and sessions have no blank. */
function keyOf({ contentId, place }: Wanted): string {
  if (place === null) return `public: ${contentId}`;
  return 'viewerId' in place ? `viewer:${place.viewerId} ${contentId}` : `session:${place.sessionId} ${contentId}`;
}
