import type { Feature, FeatureDeps } from '../platform/feature.ts';
import type { HealthPart } from '../platform/health/health.ts';
import type { ViewerData } from '../platform/viewer-data.ts';
import type { AccountsHttpDeps } from './accounts.http.deps.ts';
import { registerAccountsHttp } from './accounts.http.ts';
import { accountsJobs } from './accounts.jobs.ts';
import { IDENTITY_SHARE, LINK_SHARE, MERGE_PAUSE_MS, SIGN_IN_SHARE, SWEEP_INTERVAL_MS } from './accounts.limits.ts';
import { AccountsService } from './accounts.service.ts';
import { LastSeen } from './devices/last-seen.ts';
import { registerExportHttp } from './export.http.ts';
import type { AccountsIdentity } from './identity.ts';
import type { IdentityDirectory } from './identity-directory.ts';
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

export { type AccountsIdentity, createIdentity } from './identity.ts';
export type { IdentityDirectory } from './identity-directory.ts';
export { VIEWER_COOKIE } from './tokens/credentials.ts';

declare module '../platform/feature.ts' {
  interface FeatureOffers {
    readonly directory: IdentityDirectory;
  }
}

/** What `/readyz` says until the list of revoked tokens was read as a whole. */
const UNREAD = 'signed-in devices wait: the revoked tokens could not be read yet';

/**
 * Guests, accounts and their devices. The last of all features: it moves, erases and exports what the others keep of
 * viewers.
 */
export function createAccountsFeature(deps: FeatureDeps, known: AccountsIdentity, viewerData: readonly ViewerData[]): Feature {
  const { config, clock, database, log, sockets } = deps;
  const { stores, identity } = known;
  const mirror = deps.redis === null ? createFileMirror(config.dataDir) : createRedisMirror(deps.redis);
  const revoked = new RevokedTokens({ list: known.revoked, store: stores.revoked, mirror, io: sockets.io, bus: sockets.bus, log });
  const { merges, worker } = createMerges(deps, known, revoked, viewerData);
  const accounts = new AccountsService({
    store: stores.accounts,
    devices: stores.devices,
    passkeys: stores.passkeys,
    passwords: new PasswordService(stores.attempts),
    revoked,
    merges,
    merged: stores.merged,
    onRenamed: (deviceId, name) => known.deviceNames.renamed(deviceId, name, clock.nowMs()),
  });
  const perMinute = rateLimits(config.requestsPerMinutePerIp);
  const http: AccountsHttpDeps = { clock, identity, accounts, publicOrigin: deps.publicOrigin, perMinute };
  const lastSeen = new LastSeen(stores.devices);
  const stops = [
    () => revoked.stop(),
    sockets.onConnection(({ data: { deviceId } }) => {
      if (deviceId !== null) void lastSeen.record(deviceId, clock.nowMs());
    }),
  ];
  return {
    name: 'accounts',
    healthParts: [healthOf(deps, known)],
    pages: ['/link', '/account', '/account/guest'],
    apiTags: [{ name: 'accounts', description: 'Who one is: guests, accounts, devices, passkeys, and linking by code.' }],
    jobs: accountsJobs({ clock, stores, revoked }),
    routes(app) {
      app.addHook('onSend', async (request, _reply, payload) => identity.addToken(request, payload));
      registerAccountsHttp(app, http);
      registerPasskeysHttp(app, { ...http, passkeys: new PasskeysService(stores.passkeys) });
      registerGuestHttp(app, http);
      registerLinkHttp(app, { ...http, link: new LinkService(accounts, stores.links) });
      registerExportHttp(app, { ...http, viewerData });
    },
    async start() {
      await revoked.start();
      stops.push(database.onRecover(() => void revoked.refresh()));
      worker.start();
    },
    async stop() {
      for (const stop of stops.splice(0)) stop();
      await worker.stop();
    },
  };
}

function createMerges(
  { clock, events, log }: FeatureDeps,
  { stores }: AccountsIdentity,
  revoked: RevokedTokens,
  viewerData: readonly ViewerData[],
): { readonly merges: ViewerMerges; readonly worker: ViewerMergeWorker } {
  const step = async () => clock.ready && (await merges.step(clock.nowMs()));
  const worker = new ViewerMergeWorker({ step, idleMs: SWEEP_INTERVAL_MS, pauseMs: MERGE_PAUSE_MS, log });
  const merges = new ViewerMerges({ store: stores.merges, revoked, log, events, viewerData, onDue: () => worker.hint() });
  return { merges, worker };
}

/** Most requests a minute of one viewer. */
function rateLimits(requestsPerMinute: number): AccountsHttpDeps['perMinute'] {
  const perMinute = (share: number) => Math.ceil(requestsPerMinute * share);
  return { identity: perMinute(IDENTITY_SHARE), signIn: perMinute(SIGN_IN_SHARE), link: perMinute(LINK_SHARE) };
}

function healthOf({ database }: FeatureDeps, { revoked }: AccountsIdentity): HealthPart {
  return {
    name: 'accounts',
    check() {
      const { ok, error } = database.health();
      if (!ok) return { state: 'down', detail: `nobody can sign in or out: ${error ?? 'the database is away'}` };
      return revoked.complete ? { state: 'ok' } : { state: 'degraded', detail: UNREAD };
    },
  };
}
