import { createAccountsFeature, createIdentity } from './accounts/index.ts';
import type { Feature, FeatureDeps, FeatureFactory, FeatureOffers, PlatformDeps } from './platform/feature.ts';
import type { HealthRegistry } from './platform/health/health.ts';
import type { HttpApp } from './platform/http/http.types.ts';
import { createHttpApp } from './platform/http/http-app.ts';
import type { PageRoots } from './platform/http/pages.ts';
import { createSocketServer, type SocketServer } from './platform/socket/socket-server.ts';

/** Platform of a server: what identity, sockets and features are made on. */
export interface Platform extends PlatformDeps {
  readonly health: HealthRegistry;
  /** The build of the pages that this server serves; null where it serves none. */
  readonly pagesBuild: string | null;
  /** Where the pages and the bundled media are, instead of where the build puts them. */
  readonly roots?: PageRoots;
}

/** A whole server that does not listen yet, and none of whose features is started. */
export interface Composition {
  readonly sockets: SocketServer;
  /** In the order in which they start and end. */
  readonly features: readonly Feature[];
  readonly app: HttpApp;
}

/**
 * Puts a server together: platform → identity → sockets → features → HTTP. Each stage is made of those before it, so that
 * nothing is bound late.
 */
export async function compose(platform: Platform, factories: readonly FeatureFactory[]): Promise<Composition> {
  const known = createIdentity(platform);
  const { identity, directory } = known;
  const sockets = createSocketServer({ ...platform, identify: identity.identify });
  const offers = offersOf({ directory });
  const deps: FeatureDeps = { ...platform, identity, sockets, offered: offers.offered };
  const others = factories.map((create) => offers.take(create(deps)));
  const viewerData = others.flatMap((feature) => feature.viewerData ?? []);
  const features = [...others, createAccountsFeature(deps, known, viewerData)];
  for (const part of features.flatMap(({ healthParts }) => healthParts ?? [])) platform.health.register(part);
  for (const feature of features) feature.commands?.(sockets);
  const app = await createHttpApp({
    ...platform,
    viewerOf: identity.viewerId,
    viewerCookie: known.viewerCookie,
    knowsTime: () => platform.clock.ready,
    pages: features.flatMap(({ pages }) => pages ?? []),
    apiTags: features.flatMap(({ apiTags }) => apiTags ?? []),
    embeds: embedsOf(features),
    async registerApi(api) {
      for (const feature of features) await feature.routes?.(api);
    },
  });
  sockets.attach(app.server);
  return { sockets, features, app };
}

/** Offers of the features that are made already. */
function offersOf(first: Partial<FeatureOffers>) {
  const offers: Partial<FeatureOffers> = { ...first };
  return {
    take(feature: Feature): Feature {
      Object.assign(offers, feature.offers);
      return feature;
    },
    offered<Name extends keyof FeatureOffers>(name: Name): FeatureOffers[Name] {
      const offer = offers[name];
      if (offer === undefined) throw new Error(`no feature before this one offers ${name}`);
      return offer;
    },
  };
}

const embedsOf = (features: readonly Feature[]) => ({
  scripts: features.flatMap(({ embeds }) => embeds?.scripts ?? []),
  frames: features.flatMap(({ embeds }) => embeds?.frames ?? []),
});
