import type { Feature } from '../platform/feature.ts';
import { PLAYER_SITES } from './players.ts';
import { bundledTitles } from './sample.ts';
import { createTitleCatalog, type TitleCatalog } from './title-catalog.ts';
import { registerTitlesHttp } from './titles.http.ts';

export type { ResolvedTitle, TitleCatalog } from './title-catalog.ts';

declare module '../platform/feature.ts' {
  interface FeatureOffers {
    /** What a link or a title is: asked before anything is decided about it. */
    readonly titles: TitleCatalog;
  }
}

/** What can be watched: links, and the titles of this server. */
export function createTitlesFeature(): Feature {
  const titles = createTitleCatalog([bundledTitles]);
  return {
    name: 'titles',
    offers: { titles },
    pages: ['/library'],
    embeds: PLAYER_SITES,
    apiTags: [{ name: 'media', description: 'What an address is.' }],
    routes: (app) => registerTitlesHttp(app, titles),
  };
}
