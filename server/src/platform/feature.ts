import type { Config } from '../config.ts';
import type { ClusterClock } from './clock/cluster-clock.ts';
import type { Database } from './database/database.ts';
import type { EventBus } from './events/event-bus.ts';
import type { HealthPart } from './health/health.ts';
import type { ApiTag } from './http/docs.ts';
import type { HttpApp, PublicOrigin } from './http/http.types.ts';
import type { PageWithHead } from './http/page-heads.ts';
import type { EmbedSources } from './http/security.ts';
import type { HttpIdentity } from './identity.ts';
import type { Job } from './jobs/jobs.ts';
import type { Logger } from './log/log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Redis } from './redis/redis.ts';
import type { SocketPlatform } from './socket/socket.types.ts';
import type { ViewerData } from './viewer-data.ts';

/** Dependencies of identity and sockets, which are made before the features. */
export interface PlatformDeps {
  readonly config: Config;
  readonly clock: ClusterClock;
  readonly database: Database;
  /** What all instances share; null on a single node. */
  readonly redis: Redis | null;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly events: EventBus;
  readonly publicOrigin: PublicOrigin;
  /** A secret of 32 bytes for one purpose, the same on every instance and after every restart. */
  deriveKey(purpose: string): Buffer;
}

/**
 * Offers of features to those after them in the list. A feature adds its own by declaration:
 * `declare module '../platform/feature.ts' { interface FeatureOffers { readonly members: Members } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging.
export interface FeatureOffers {}

/** Dependencies of a feature. */
export interface FeatureDeps extends PlatformDeps {
  readonly identity: HttpIdentity;
  readonly sockets: SocketPlatform;
  /** What an earlier feature offers. Throws where none before this one does: the order of the list is wrong. */
  offered<Name extends keyof FeatureOffers>(name: Name): FeatureOffers[Name];
}

/** Makes a feature. What it needs of others is there already: nothing is bound later. */
export type FeatureFactory = (deps: FeatureDeps) => Feature;

/**
 * Feature of the server: one folder, and one line in the list of features. Its tables stand in a `*.schema.ts` of its own,
 * of which migrations are generated: they are one sequence for the whole database.
 *
 * Order: `commands`, `routes`, `start`, jobs; on the way down `flush`, the end of the jobs, `stop`.
 */
export interface Feature {
  readonly name: string;
  readonly offers?: Partial<FeatureOffers>;
  /** Parts of it that `/readyz` names. */
  readonly healthParts?: readonly HealthPart[];
  /** What it keeps of viewers: moved, erased and exported with them. */
  readonly viewerData?: ViewerData;
  /**
   * Paths that the web application has a page for: `/s/:id`; with what their heads say, where that is of its own. Any other is
   * answered with the same page, and 404.
   */
  readonly pages?: readonly (string | PageWithHead)[];
  /** Sites that its pages embed players of. */
  readonly embeds?: EmbedSources;
  /** How the API's document describes the tags of its routes. */
  readonly apiTags?: readonly ApiTag[];
  /** Work that is due again and again, from the start to the stop. */
  readonly jobs?: readonly Job[];
  /** Adds routes under `/api/v1`, relative to it: `app.post('/sessions', …)`. */
  routes?(app: HttpApp): void | Promise<void>;
  /** Adds the handlers of commands. */
  commands?(sockets: SocketPlatform): void;
  /** Runs after everything is registered and before the first connection; the database may be unreachable. */
  start?(): Promise<void>;
  /** Writes down whatever only memory holds; during a drain, after connections were told to go. */
  flush?(): Promise<void>;
  /** Ends what `start` and the factory have begun. */
  stop?(): Promise<void>;
}
