import type { Config } from '../config.ts';
import type { ClusterClock } from './clock/cluster-clock.ts';
import type { Database } from './database/database.ts';
import type { HealthPart } from './health/health.ts';
import type { HttpApp, PublicOrigin } from './http/http.types.ts';
import type { HttpIdentity, IdentityDirectory, ViewerData } from './identity.ts';
import type { Logger } from './log/log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Redis } from './redis/redis.ts';
import type { SocketPlatform } from './socket/socket.types.ts';

/** What every feature is given to stand on. */
export interface FeatureDeps {
  readonly config: Config;
  readonly clock: ClusterClock;
  readonly database: Database;
  /** What all instances share; null where this process is alone. */
  readonly redis: Redis | null;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly identity: HttpIdentity;
  readonly directory: IdentityDirectory;
  readonly publicOrigin: PublicOrigin;
  /** A secret of 32 bytes for one purpose, the same on every instance and after every restart. */
  deriveKey(purpose: string): Buffer;
}

/**
 * A room of the house: `createSessionsFeature(deps)` and the like return one, `main.ts` mounts it.
 * Order: `registerHttp`, `registerSocket`, `start`; on the way down `flush`, then `stop`.
 */
export interface Feature {
  readonly name: string;
  /** What of it `/readyz` names. */
  readonly healthParts?: readonly HealthPart[];
  /** What it keeps of viewers. */
  readonly viewerData?: ViewerData;
  /** Adds routes under `/api/v1`, relative to it: `app.post('/sessions', …)`. */
  registerHttp?(app: HttpApp): void | Promise<void>;
  /** Adds commands and connection listeners. */
  registerSocket?(sockets: SocketPlatform): void;
  /** Runs after everything is registered and before the first connection; the database may be unreachable. */
  start?(): Promise<void>;
  /** Writes down whatever only memory holds; during a drain, after connections were told to go. */
  flush?(): Promise<void>;
  /** Stops timers and subscriptions. */
  stop?(): Promise<void>;
}
