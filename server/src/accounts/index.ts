import type { Feature, FeatureDeps } from '../platform/feature.ts';
import type { IdentityDirectory, ViewerData } from '../platform/identity.ts';
import type { AccountsHttpDeps } from './accounts.http.deps.ts';
import { registerAccountsHttp } from './accounts.http.ts';
import {
  EXPIRY_INTERVAL_MS,
  FAILURES_KEPT_MS,
  IDENTITY_SHARE,
  LINK_SHARE,
  MERGE_PAUSE_MS,
  REVOKED_FIRST_INTERVAL_MS,
  REVOKED_INTERVAL_MS,
  SIGN_IN_SHARE,
  SWEEP_INTERVAL_MS,
} from './accounts.limits.ts';
import { AccountsService } from './accounts.service.ts';
import { createAccountsStore } from './accounts.store.ts';
import { DeviceNames } from './device-names.ts';
import { registerGuestHttp } from './guest.http.ts';
import { LastSeen } from './last-seen.ts';
import { librariesFor } from './libraries.ts';
import { registerLinkHttp } from './link.http.ts';
import { LinkService } from './link.service.ts';
import { registerPasskeysHttp } from './passkeys.http.ts';
import { createFileMirror, createRedisMirror } from './revoked-tokens.mirror.ts';
import { createRevokedTokensStore } from './revoked-tokens.store.ts';
import { RevokedTokens } from './revoked-tokens.ts';
import { createViewerIdentity, type ViewerIdentity } from './viewer-identity.ts';
import { ViewerMerges } from './viewer-merges.service.ts';
import { createViewerMergesStore } from './viewer-merges.store.ts';
import { ViewerMergeWorker } from './viewer-merges.worker.ts';
import { createViewerTokens, DEVICE_TOKEN_LIFE_S } from './viewer-tokens.ts';

export { VIEWER_COOKIE } from './viewer-identity.ts';

/** What the library's own signatures are made with. */
const LIBRARY_PURPOSE = 'accounts-library-v1';

/** What `/readyz` says until the list of revoked tokens was read as a whole. */
const UNREAD = 'whoever is signed in waits: the revoked tokens could not be read yet';

export interface Accounts extends Feature {
  readonly identity: ViewerIdentity;
  /** What features keep of viewers: it moves and goes with them. Said once, before anything is served. */
  keep(viewerData: readonly ViewerData[]): void;
  readonly directory: IdentityDirectory;
}

export type AccountsDeps = Omit<FeatureDeps, 'identity' | 'directory'>;

/** Who people are: guests, accounts and their devices. */
export function createAccounts(deps: AccountsDeps): Accounts {
  const { config, clock, database, log, publicOrigin, deriveKey } = deps;
  const store = createAccountsStore(database);
  const [revokedStore, mergesStore] = [createRevokedTokensStore(database), createViewerMergesStore(database)];
  const mirror = deps.redis === null ? createFileMirror(config.dataDir) : createRedisMirror(deps.redis);
  const revoked = new RevokedTokens({ store: revokedStore, mirror, log });
  let kept: readonly ViewerData[] = [];
  const worker = new ViewerMergeWorker({
    step: () => step(),
    idleMs: SWEEP_INTERVAL_MS,
    pauseMs: MERGE_PAUSE_MS,
    log,
  });
  const merges = new ViewerMerges({
    store: mergesStore,
    revoked,
    log,
    viewerData: () => kept,
    onDue: () => worker.hint(),
  });
  const step = async () => clock.ready && (await merges.step(clock.nowMs()));
  const names = new DeviceNames(store);
  const accounts = new AccountsService({
    store,
    revoked,
    merges,
    brought: mergesStore,
    onRenamed: (deviceId, name) => names.renamed(deviceId, name, Date.now()),
  });
  const lastSeen = new LastSeen(store);
  const tokens = createViewerTokens(deriveKey);
  const identity = createViewerIdentity({ tokens, revoked, config, nowMs: () => Date.now() });
  const perMinute = (share: number) => Math.ceil(config.requestsPerMinutePerIp * share);
  const http: AccountsHttpDeps = {
    clock,
    identity,
    accounts,
    libraryFor: librariesFor(publicOrigin, async (origin) => {
      // It takes half a second to load, and most of what a server does needs no accounts.
      const { openLibrary } = await import('./accounts.library.ts');
      return openLibrary({ database, log, secret: deriveKey(LIBRARY_PURPOSE) }, origin);
    }),
    perMinute: {
      identity: perMinute(IDENTITY_SHARE),
      signIn: perMinute(SIGN_IN_SHARE),
      link: perMinute(LINK_SHARE),
    },
  };
  const stops: (() => void)[] = [];
  const every = (intervalMs: number, work: () => Promise<void>) => {
    const timer = setInterval(() => {
      work().catch((error) => log.debug({ err: error }, 'seeing to accounts failed; it is tried again'));
    }, intervalMs);
    stops.push(() => clearInterval(timer));
  };

  return {
    name: 'accounts',
    healthParts: [
      {
        name: 'accounts',
        check() {
          const { ok, error } = database.health();
          if (!ok) return { state: 'down', detail: `nobody can sign in or out: ${error ?? 'the database is away'}` };
          return revoked.complete ? { state: 'ok' } : { state: 'degraded', detail: UNREAD };
        },
      },
    ],
    identity,
    keep(viewerData) {
      kept = viewerData;
    },
    directory: {
      formerly: mergesStore.isFormer,
      guestsAmong: store.guestsAmong,
      predecessors: mergesStore.predecessors,
      tookOver: mergesStore.tookOver,
      gaveBack: mergesStore.gaveBack,
      mayHavePredecessors: ({ viewerId, deviceId }) => deviceId !== null || revoked.wasRestored(viewerId),
      accountOf: (identity) => accounts.accountExport(identity),
      deviceName: (deviceId) => names.of(deviceId, Date.now()),
    },
    registerHttp(app) {
      app.addHook('onSend', async (request, _reply, payload) => identity.addToken(request, payload));
      registerAccountsHttp(app, http);
      registerPasskeysHttp(app, http);
      registerGuestHttp(app, http);
      registerLinkHttp(app, { ...http, link: new LinkService(accounts, store) });
    },
    registerSocket(sockets) {
      stops.push(
        revoked.connect(sockets.io, sockets.bus),
        sockets.onConnection(({ data: { deviceId } }) => {
          if (deviceId !== null) void lastSeen.record(deviceId, Date.now());
        }),
      );
    },
    async start() {
      await revoked.start();
      stops.push(database.onRecover(() => void revoked.refresh()));
      every(REVOKED_INTERVAL_MS, () => revoked.refresh());
      every(REVOKED_FIRST_INTERVAL_MS, async () => {
        if (!revoked.complete) await revoked.refresh();
      });
      worker.start();
      every(EXPIRY_INTERVAL_MS, async () => {
        const nowMs = Date.now();
        await store.expire(nowMs, nowMs - FAILURES_KEPT_MS);
        await revokedStore.expire(nowMs - DEVICE_TOKEN_LIFE_S * 1000);
      });
    },
    async stop() {
      for (const stop of stops.splice(0)) stop();
      await worker.stop();
    },
  };
}
