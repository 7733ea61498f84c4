import type { Feature, FeatureDeps } from '../platform/feature.ts';
import type { ViewerData } from '../platform/viewer-data.ts';
import { createPostgresGrabStore } from './grabs.store.postgres.ts';
import type { GrabStore } from './grabs.store.ts';
import { exportedPictures, exportOf } from './pictures.export.ts';
import { registerPicturesHttp } from './pictures.http.ts';
import { GRAB_KEPT_MS, GRABS_MAX, SWEEP_BATCH, SWEEP_INTERVAL_MS } from './pictures.limits.ts';
import { PicturesService } from './pictures.service.ts';

/** Pictures of titles: those of services, and frames that people's players grabbed. */
export function createPicturesFeature(deps: FeatureDeps): Feature {
  const { clock, config, database, events } = deps;
  const members = deps.offered('members');
  const shared = deps.offered('publicPictures');
  const grabs = createPostgresGrabStore(database);
  const { draw } = shared;
  const pictures = new PicturesService({ shared, grabs, draw, standing: (...who) => members.standing(...who) });
  const stops: (() => void)[] = [];
  return {
    name: 'pictures',
    viewerData: viewerDataOf(grabs),
    jobs: [{ name: 'pictures-sweep', intervalMs: SWEEP_INTERVAL_MS, run: () => sweep(grabs, clock.nowMs(), config.sessionExpiryDays) }],
    routes: (app) => registerPicturesHttp(app, { ...deps, pictures }),
    async start() {
      // What cannot be forgotten now goes by its age.
      stops.push(
        events.on('title.forgotten', ({ viewerId, contentId }) => pictures.forgetOwn(viewerId, contentId)),
        events.on('session.ended', ({ sessionId }) => pictures.forgetOfParty(sessionId)),
        events.on('member.kicked', ({ sessionId, memberId }) => pictures.forgetOfParty(sessionId, memberId)),
      );
    },
    async stop() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}

const DAY_MS = 24 * 3600_000;

/** Forgets what is too old and too much, in portions. */
async function sweep(grabs: GrabStore, nowMs: number, partyDays: number): Promise<void> {
  const bounds = { beforeMs: nowMs - GRAB_KEPT_MS, partiesBeforeMs: nowMs - partyDays * DAY_MS, max: GRABS_MAX };
  while ((await grabs.sweep(bounds, SWEEP_BATCH)) === SWEEP_BATCH);
}

function viewerDataOf(grabs: GrabStore): ViewerData {
  return {
    async move({ fromViewerId, toViewerId }) {
      await grabs.copy(fromViewerId, toViewerId);
      return { cursor: null, titles: 0 };
    },
    async undo({ fromViewerId, toViewerId }) {
      await grabs.uncopy(fromViewerId, toViewerId);
      return { cursor: null, titles: 0 };
    },
    erase: (viewerId) => grabs.erase(viewerId),
    export: (viewerId) => exportOf(grabs, viewerId),
    exported: exportedPictures,
  };
}
