import { SAMPLE } from '@cowatch/shared/media';
import type { Feature, FeatureDeps } from '../platform/feature.ts';
import { createOutbound } from '../platform/outbound/outbound.ts';
import { createDrawPicture, type DrawPicture } from './facts/draw-picture.ts';
import { TitleFactsService } from './facts/facts.service.ts';
import { createPostgresFactsStore } from './facts/facts.store.postgres.ts';
import type { FactsStore, Picture } from './facts/facts.store.ts';
import { createOembedClient, type OembedClient } from './facts/oembed.client.ts';
import { OEMBED_SERVICES, throughEndpoint } from './facts/oembed.services.ts';
import { PLAYER_SITES } from './players.ts';
import { bundledTitles, samplePicture } from './sample.ts';
import { createTitleCatalog, type TitleCatalog } from './title-catalog.ts';
import { registerTitlesHttp } from './titles.http.ts';
import { FACTS_MAX, FACTS_UNUSED_MS, SWEEP_BATCH, SWEEP_INTERVAL_MS } from './titles.limits.ts';
import { createTitlesMetrics } from './titles.metrics.ts';

export type { DrawPicture } from './facts/draw-picture.ts';
export type { Picture } from './facts/facts.store.ts';
export type { ResolvedTitle, TitleCatalog, TitleFacts } from './title-catalog.ts';

/** Pictures of titles that are for everybody: of their services, and of the bundled clip. */
export interface PublicPictures {
  readonly draw: DrawPicture;
  /** Is there one of a title? Never rejects. */
  has(contentId: string): Promise<boolean>;
  /** @throws CodedError `unavailable` */
  load(contentId: string): Promise<Picture | null>;
  /** Resolves when what is being asked about a title has been answered; null where nothing is. Never rejects. */
  underWay(contentId: string): Promise<unknown> | null;
}

declare module '../platform/feature.ts' {
  interface FeatureOffers {
    /** What a link or a title is: asked before anything is decided about it. */
    readonly titles: TitleCatalog;
    readonly publicPictures: PublicPictures;
  }
}

/** What can be watched: links, and the titles of this server. */
export function createTitlesFeature(deps: FeatureDeps): Feature {
  const { clock, database, events, log } = deps;
  const store = createPostgresFactsStore(database);
  const draw = createDrawPicture();
  const metrics = createTitlesMetrics(deps.metrics);
  const nowMs = () => clock.nowMs();
  const facts = new TitleFactsService({ store, oembed: oembedOf(deps), draw, events, metrics, log, nowMs });
  const titles = createTitleCatalog([bundledTitles], facts);
  return {
    name: 'titles',
    offers: {
      titles,
      publicPictures: {
        draw,
        has: async (contentId) => contentId === SAMPLE.id || (await facts.known([contentId])).get(contentId)?.hasPicture === true,
        load: (contentId) => (contentId === SAMPLE.id ? samplePicture() : store.picture(contentId)),
        underWay: (contentId) => facts.underWay(contentId),
      },
    },
    pages: ['/library'],
    embeds: PLAYER_SITES,
    apiTags: [{ name: 'media', description: 'What an address is, what a title is called, and its picture.' }],
    jobs: [{ name: 'titles-sweep', intervalMs: SWEEP_INTERVAL_MS, run: () => sweep(store, nowMs()) }],
    routes: (app) => registerTitlesHttp(app, titles),
  };
}

/** Services are asked where this server looks at links; an endpoint of the operator's own may be anywhere. */
function oembedOf({ config: { linkChecks, oembedUrl } }: FeatureDeps): OembedClient | null {
  if (linkChecks === 'off') return null;
  const fetch = createOutbound({ reachesPrivate: linkChecks === 'all' });
  if (oembedUrl === null) return createOembedClient({ services: OEMBED_SERVICES, ask: fetch, fetch });
  return createOembedClient({ services: throughEndpoint(oembedUrl), ask: createOutbound({ reachesPrivate: true }), fetch });
}

/** Forgets what is used no more, in portions. */
async function sweep(store: FactsStore, nowMs: number): Promise<void> {
  while ((await store.sweep(nowMs - FACTS_UNUSED_MS, FACTS_MAX, SWEEP_BATCH)) === SWEEP_BATCH);
}
