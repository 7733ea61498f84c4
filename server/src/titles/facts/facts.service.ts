import type { Media } from '@cowatch/shared/protocol';
import { LRUCache } from 'lru-cache';
import type { EventBus } from '../../platform/events/event-bus.ts';
import type { Logger } from '../../platform/log/log.ts';
import type { LinkFacts, TitleFacts } from '../title-catalog.ts';
import {
  ASKS_AT_ONCE,
  ASKS_BURST,
  ASKS_PER_S,
  ASKS_WAITING_MAX,
  FACTS_IN_MEMORY_MAX,
  FACTS_IN_MEMORY_MS,
  FAILED_MS,
  FOUND_MS,
  NONE_MS,
} from '../titles.limits.ts';
import type { TitlesMetrics } from '../titles.metrics.ts';
import { AskTurns } from './ask-turns.ts';
import type { DrawPicture } from './draw-picture.ts';
import type { FactsStore, Picture, StoredFacts } from './facts.store.ts';
import type { OembedClient } from './oembed.client.ts';

type Asked = Pick<Media, 'id' | 'url' | 'kind'>;

export interface TitleFactsDeps {
  readonly store: FactsStore;
  /** Null where the operator wants nobody asked. */
  readonly oembed: OembedClient | null;
  readonly draw: DrawPicture;
  readonly events: Pick<EventBus, 'emit'>;
  readonly metrics: TitlesMetrics;
  readonly log: Logger;
  nowMs(): number;
  /** Calls back after so many milliseconds; a timer where it is left out. */
  later?(waitMs: number, callback: () => void): void;
}

/** What is known of links: memory, then the database, then their service, once for all who ask meanwhile. Times are cluster milliseconds. */
export class TitleFactsService implements LinkFacts {
  readonly #deps: TitleFactsDeps;
  /** Bound: `FACTS_IN_MEMORY_MAX`. */
  readonly #memory = new LRUCache<string, TitleFacts>({ max: FACTS_IN_MEMORY_MAX, ttl: FACTS_IN_MEMORY_MS });
  /** Bound: `ASKS_AT_ONCE` and `ASKS_WAITING_MAX`, and as many as read the database now. */
  readonly #flights = new Map<string, Promise<TitleFacts | null>>();
  readonly #turns: AskTurns;
  /** Whose turn it is. Bound: `ASKS_AT_ONCE`. */
  readonly #asked = new Set<string>();

  constructor(deps: TitleFactsDeps) {
    this.#deps = deps;
    const { nowMs, later = (waitMs, callback) => void setTimeout(callback, waitMs).unref() } = deps;
    this.#turns = new AskTurns({
      atOnce: ASKS_AT_ONCE,
      perS: ASKS_PER_S,
      burst: ASKS_BURST,
      waitingMax: ASKS_WAITING_MAX,
      nowMs,
      later,
    });
  }

  atOnce(contentId: string): TitleFacts | null {
    return this.#memory.get(contentId) ?? null;
  }

  /** Is its service being asked right now? What waits for its turn may wait for long. */
  underWay(contentId: string): Promise<unknown> | null {
    return this.#asked.has(contentId) ? (this.#flights.get(contentId) ?? null) : null;
  }

  learn(media: Pick<Media, 'id' | 'url' | 'kind' | 'title' | 'durationS'>): Promise<TitleFacts | null> {
    if (!this.#deps.oembed?.canAsk(media.kind)) return Promise.resolve(null);
    const known = this.#memory.get(media.id);
    if (known !== undefined) return Promise.resolve(known);
    const flying = this.#flights.get(media.id);
    if (flying !== undefined) return flying;
    const flight = this.#learn(media)
      .catch((error) => {
        this.#deps.log.debug({ err: error, contentId: media.id }, 'what a title is called could not be learned');
        return null;
      })
      .finally(() => {
        this.#flights.delete(media.id);
        this.#asked.delete(media.id);
      });
    this.#flights.set(media.id, flight);
    return flight;
  }

  async known(contentIds: readonly string[]): Promise<ReadonlyMap<string, TitleFacts>> {
    const found = new Map<string, TitleFacts>();
    const asked: string[] = [];
    for (const id of new Set(contentIds)) {
      const facts = this.#memory.get(id);
      if (facts === undefined) asked.push(id);
      else found.set(id, facts);
    }
    try {
      for (const stored of await this.#deps.store.load(asked, this.#deps.nowMs())) found.set(stored.contentId, factsOf(stored));
    } catch (error) {
      this.#deps.log.debug({ err: error }, 'titles could not be read');
    }
    return found;
  }

  async #learn(media: Asked): Promise<TitleFacts | null> {
    const stored = await this.#stored(media.id);
    if (stored !== null && stored.expiresAtMs > this.#deps.nowMs()) return this.#tell(factsOf(stored));
    const facts = await this.#ask(media, stored);
    return facts === null ? (stored === null ? null : factsOf(stored)) : this.#tell(facts);
  }

  /** Null also while the database is away: then the service is asked, and what it says lasts as long as memory. */
  async #stored(contentId: string): Promise<StoredFacts | null> {
    try {
      return (await this.#deps.store.load([contentId], this.#deps.nowMs()))[0] ?? null;
    } catch {
      return null;
    }
  }

  /** Asks the service; null where there is no turn for that now. */
  async #ask(media: Asked, before: StoredFacts | null): Promise<TitleFacts | null> {
    const { oembed, metrics, nowMs } = this.#deps;
    if (oembed === null) return null;
    const asked = await this.#turns.run(async () => {
      this.#asked.add(media.id);
      const outcome = await oembed.ask(media, nowMs());
      metrics.asked(outcome.kind);
      if (outcome.kind === 'failed') return this.#keepFailure(before ?? nothingOf(media.id));
      if (outcome.kind === 'none') return this.#keep(nothingOf(media.id), null, NONE_MS);
      const { title, durationS, pictureUrl } = outcome.said;
      const picture = await this.#picture(pictureUrl);
      const isWhole = pictureUrl === null || picture !== null;
      const hasPicture = picture !== null || before?.hasPicture === true;
      return this.#keep({ contentId: media.id, title, durationS, hasPicture }, picture, isWhole ? FOUND_MS : NONE_MS);
    });
    if (asked === null) metrics.asked('busy');
    return asked;
  }

  async #picture(url: string | null): Promise<Picture | null> {
    const { oembed, draw, metrics } = this.#deps;
    const bytes = url === null ? null : await oembed?.picture(url);
    if (bytes === null || bytes === undefined) return null;
    try {
      return await draw(bytes);
    } catch {
      metrics.refusedPicture();
      return null;
    }
  }

  async #keep(facts: TitleFacts, picture: Picture | null, holdsMs: number): Promise<TitleFacts> {
    const nowMs = this.#deps.nowMs();
    try {
      await this.#deps.store.save({ ...facts, expiresAtMs: nowMs + holdsMs }, picture, nowMs);
    } catch (error) {
      this.#deps.log.debug({ err: error, contentId: facts.contentId }, 'a title could not be kept');
      // Without the database there is no picture to answer with.
      return { ...facts, hasPicture: false };
    }
    return factsOf(facts);
  }

  /** What was known holds on for a while; and where another instance has learned more meanwhile, that. */
  async #keepFailure(facts: TitleFacts): Promise<TitleFacts> {
    const { store, nowMs, log } = this.#deps;
    try {
      await store.saveFailure({ ...facts, expiresAtMs: nowMs() + FAILED_MS }, nowMs());
      const [stored] = await store.load([facts.contentId], nowMs());
      return factsOf(stored ?? facts);
    } catch (error) {
      log.debug({ err: error, contentId: facts.contentId }, 'that a title could not be learned could not be kept');
      return { ...facts, hasPicture: false };
    }
  }

  #tell(facts: TitleFacts): TitleFacts {
    this.#memory.set(facts.contentId, facts);
    const { title } = facts;
    if (title !== null) this.#deps.events.emit('title.known', { ...facts, title });
    return facts;
  }
}

const nothingOf = (contentId: string): TitleFacts => ({ contentId, title: null, durationS: null, hasPicture: false });

const factsOf = ({ contentId, title, durationS, hasPicture }: TitleFacts): TitleFacts => ({ contentId, title, durationS, hasPicture });
