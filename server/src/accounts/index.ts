import type { Feature, FeatureDeps } from '../platform/feature.ts';
import type { HealthPart } from '../platform/health/health.ts';
import type { IdentityDirectory, ViewerData } from '../platform/identity.ts';
import type { AccountsHttpDeps } from './accounts.http.deps.ts';
import { registerAccountsHttp } from './accounts.http.ts';
import { IDENTITY_SHARE, LINK_SHARE, MERGE_PAUSE_MS, SIGN_IN_SHARE, SWEEP_INTERVAL_MS } from './accounts.limits.ts';
import { AccountsService } from './accounts.service.ts';
import { createAccountsStores } from './accounts.stores.ts';
import { startUpkeep } from './accounts.upkeep.ts';
import { DeviceNames } from './devices/device-names.ts';
import { LastSeen } from './devices/last-seen.ts';
import { createIdentityDirectory } from './identity-directory.ts';
import { registerLinkHttp } from './link/link.http.ts';
import { LinkService } from './link/link.service.ts';
import { registerGuestHttp } from './merges/guest.http.ts';
import { ViewerMerges } from './merges/viewer-merges.service.ts';
import { ViewerMergeWorker } from './merges/viewer-merges.worker.ts';
import { registerPasskeysHttp } from './passkeys/passkeys.http.ts';
import { PasskeysService } from './passkeys/passkeys.service.ts';
import { PasswordService } from './passwords/password.service.ts';
import { createFileMirror, createRedisMirror } from './tokens/revoked-tokens.mirror.ts';
import { RevokedTokens } from './tokens/revoked-tokens.ts';
import { createViewerIdentity, type ViewerIdentity } from './tokens/viewer-identity.ts';
import { createViewerTokens } from './tokens/viewer-tokens.ts';

export { VIEWER_COOKIE } from './tokens/credentials.ts';

/** What `/readyz` says until the list of revoked tokens was read as a whole. */
const UNREAD = 'signed-in devices wait: the revoked tokens could not be read yet';

export interface Accounts extends Feature {
  readonly identity: ViewerIdentity;
  /** What features keep of viewers: it moves and goes with them. Said once, before anything is served. */
  keep(viewerData: readonly ViewerData[]): void;
  readonly directory: IdentityDirectory;
}

export type AccountsDeps = Omit<FeatureDeps, 'identity' | 'directory'>;

/** Who people are: guests, accounts and their devices. */
export function createAccounts(deps: AccountsDeps): Accounts {
  const { config, clock, database, log, publicOrigin } = deps;
  const nowMs = () => clock.nowMs();
  const stores = createAccountsStores(database);
  const mirror = deps.redis === null ? createFileMirror(config.dataDir) : createRedisMirror(deps.redis);
  const revoked = new RevokedTokens({ store: stores.revoked, mirror, log });
  let kept: readonly ViewerData[] = [];
  const worker = new ViewerMergeWorker({
    step: async () => clock.ready && (await merges.step(nowMs())),
    idleMs: SWEEP_INTERVAL_MS,
    pauseMs: MERGE_PAUSE_MS,
    log,
  });
  const merges = new ViewerMerges({ store: stores.merges, revoked, log, viewerData: () => kept, onDue: () => worker.hint() });
  const names = new DeviceNames(stores.devices);
  const lastSeen = new LastSeen(stores.devices);
  const accounts = new AccountsService({
    store: stores.accounts,
    devices: stores.devices,
    passkeys: stores.passkeys,
    passwords: new PasswordService(stores.attempts),
    revoked,
    merges,
    merged: stores.merged,
    onRenamed: (deviceId, name) => names.renamed(deviceId, name, nowMs()),
  });
  const identity = createViewerIdentity({ tokens: createViewerTokens(deps.deriveKey), revoked, config, nowMs });
  const http: AccountsHttpDeps = { clock, identity, accounts, publicOrigin, perMinute: rateLimits(config.requestsPerMinutePerIp) };
  const stops: (() => void)[] = [];
  return {
    name: 'accounts',
    healthParts: [healthOf(database, revoked)],
    identity,
    keep(viewerData) {
      kept = viewerData;
    },
    directory: createIdentityDirectory({ stores, accounts, revoked, names, nowMs }),
    registerHttp(app) {
      app.addHook('onSend', async (request, _reply, payload) => identity.addToken(request, payload));
      registerAccountsHttp(app, http);
      registerPasskeysHttp(app, { ...http, passkeys: new PasskeysService(stores.passkeys) });
      registerGuestHttp(app, http);
      registerLinkHttp(app, { ...http, link: new LinkService(accounts, stores.links) });
    },
    registerSocket(sockets) {
      stops.push(
        revoked.connect(sockets.io, sockets.bus),
        sockets.onConnection(({ data: { deviceId } }) => {
          if (deviceId !== null) void lastSeen.record(deviceId, nowMs());
        }),
      );
    },
    async start() {
      await revoked.start();
      stops.push(startUpkeep({ clock, database, stores, revoked, log }));
      worker.start();
    },
    async stop() {
      for (const stop of stops.splice(0)) stop();
      await worker.stop();
    },
  };
}

/** Most requests a minute of one viewer. */
function rateLimits(requestsPerMinute: number): AccountsHttpDeps['perMinute'] {
  const perMinute = (share: number) => Math.ceil(requestsPerMinute * share);
  return { identity: perMinute(IDENTITY_SHARE), signIn: perMinute(SIGN_IN_SHARE), link: perMinute(LINK_SHARE) };
}

function healthOf(database: AccountsDeps['database'], revoked: RevokedTokens): HealthPart {
  return {
    name: 'accounts',
    check() {
      const { ok, error } = database.health();
      if (!ok) return { state: 'down', detail: `nobody can sign in or out: ${error ?? 'the database is away'}` };
      return revoked.complete ? { state: 'ok' } : { state: 'degraded', detail: UNREAD };
    },
  };
}
