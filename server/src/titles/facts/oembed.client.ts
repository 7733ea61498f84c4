import type { Media, MediaKind } from '@cowatch/shared/protocol';
import { type Outbound, readBody } from '../../platform/outbound/outbound.ts';
import { ANSWER_MAX_BYTES, ASK_TIMEOUT_MS, FAILURES_MAX, PICTURE_TIMEOUT_MS, REST_MS, SOURCE_MAX_BYTES } from '../titles.limits.ts';
import { type OembedSaid, readOembed } from './oembed.domain.ts';
import { type OembedServices, serviceIdOf } from './oembed.services.ts';

/** What came of a question: an answer; that there is no such video, or none for everybody; or none now. */
export type OembedOutcome = { readonly kind: 'found'; readonly said: OembedSaid } | { readonly kind: 'none' } | { readonly kind: 'failed' };

export interface OembedClient {
  /** Is there anybody to ask about it? */
  canAsk(kind: MediaKind): boolean;
  /** Never rejects. */
  ask(media: Pick<Media, 'id' | 'url' | 'kind'>, nowMs: number): Promise<OembedOutcome>;
  /** The bytes at the address of a picture; null where none come. Never rejects. */
  picture(url: string): Promise<Buffer | null>;
}

export interface OembedClientDeps {
  readonly services: OembedServices;
  /** Asks the services. */
  readonly ask: Outbound;
  /** Asks whatever address a service says that a picture is at. */
  readonly fetch: Outbound;
  readonly timeoutMs?: number;
}

const USER_AGENT = 'Cowatch-titles';

/** A service's own words for a video that is not there, or not for everybody. */
const NOT_THERE = [400, 401, 403, 404, 410];

export function createOembedClient({ services, ask, fetch, timeoutMs = ASK_TIMEOUT_MS }: OembedClientDeps): OembedClient {
  const health = new ServiceHealth();

  async function said(media: Pick<Media, 'id' | 'url' | 'kind'>, nowMs: number): Promise<OembedOutcome> {
    const { kind, url } = media;
    const { endpoint = null, address, picture } = services[kind] ?? {};
    const pictureUrl = picture?.(serviceIdOf(media)) ?? null;
    if (endpoint === null) return { kind: 'found', said: { title: null, durationS: null, pictureUrl } };
    const question = new URL(endpoint);
    question.searchParams.set('format', 'json');
    question.searchParams.set('url', address?.(serviceIdOf(media)) ?? url);
    const response = await ask(question.href, {
      headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': USER_AGENT },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const status = response.statusCode ?? 0;
    if (status !== 200) {
      response.destroy();
      if (status === 429) health.rest(kind, nowMs);
      return { kind: NOT_THERE.includes(status) ? 'none' : 'failed' };
    }
    return { kind: 'found', said: readOembed((await readBody(response, ANSWER_MAX_BYTES)).toString('utf8')) };
  }

  return {
    canAsk: (kind) => services[kind] !== undefined,
    async ask(media, nowMs) {
      if (services[media.kind] === undefined || health.rests(media.kind, nowMs)) return { kind: 'failed' };
      const outcome = await said(media, nowMs).catch((): OembedOutcome => ({ kind: 'failed' }));
      health.note(media.kind, outcome.kind === 'failed', nowMs);
      return outcome;
    },
    async picture(url) {
      try {
        const response = await fetch(url, {
          headers: { accept: 'image/webp,image/jpeg,image/png', 'accept-encoding': 'identity', 'user-agent': USER_AGENT },
          signal: AbortSignal.timeout(PICTURE_TIMEOUT_MS),
        });
        if (response.statusCode === 200) return await readBody(response, SOURCE_MAX_BYTES);
        response.destroy();
        return null;
      } catch {
        return null;
      }
    },
  };
}

/** Which services are left alone for a while. Bound: one entry a kind of media. */
class ServiceHealth {
  readonly #failures = new Map<MediaKind, number>();
  readonly #restsUntilMs = new Map<MediaKind, number>();

  rests(kind: MediaKind, nowMs: number): boolean {
    return nowMs < (this.#restsUntilMs.get(kind) ?? 0);
  }

  rest(kind: MediaKind, nowMs: number): void {
    this.#restsUntilMs.set(kind, nowMs + REST_MS);
  }

  note(kind: MediaKind, failed: boolean, nowMs: number): void {
    const failures = failed ? (this.#failures.get(kind) ?? 0) + 1 : 0;
    this.#failures.set(kind, failures);
    if (failures >= FAILURES_MAX) this.rest(kind, nowMs);
  }
}
