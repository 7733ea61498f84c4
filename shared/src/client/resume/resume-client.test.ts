import { expect, it } from 'vitest';
import { contentIdOf, formerContentIds, parseMediaUrl } from '../../media/index.ts';
import type { ResumeEntry, ResumeSaveRequest, ServerToClientEvents } from '../../protocol/index.ts';
import { entryId, type OutboxEntry } from '../../resume/index.ts';
import { recordOf, sittingNamed, TV } from '../../resume/resume.testing.ts';
import type { TypedConnection } from '../connection/typed-connection.ts';
import { ManualEnvironment } from '../environment/manual-environment.testing.ts';
import { createMemoryOutboxStorage } from './outbox-storage.ts';
import { ResumeClient, type ResumeClientOptions } from './resume-client.ts';

const GUEST = 'guest-'.padEnd(22, '_');
const ANA = 'ana-'.padEnd(22, '_');

type Update = Parameters<ServerToClientEvents['resume:updated']>[0];

/** A connection on which the server says that somebody is here, and takes whatever they say. */
function connectionOf(env: ManualEnvironment, viewerId: string, entries: ReadonlyMap<string, unknown> = new Map()) {
  const saves: ResumeSaveRequest[] = [];
  const listeners: ((message: never) => void)[] = [];
  const connection = {
    connected: true,
    serverNowMs: () => env.nowMs(),
    async ask(event: string, message: unknown) {
      if (event === 'resume:start') {
        const { contentId } = message as { contentId: string };
        return { ok: true, data: { serverMs: 0, entry: entries.get(contentId) ?? null } };
      }
      if (event !== 'resume:save') return { ok: true, data: { viewerId, screens: [] } };
      const request = message as ResumeSaveRequest;
      if (request.viewerId !== viewerId) return { ok: false, error: { code: 'forbidden', message: '' } };
      saves.push(request);
      const answers = request.items.map(() => ({ outcome: 'applied', entry: null }));
      return { ok: true, data: { serverMs: 0, answers } };
    },
    on(event: string, listener: (message: never) => void) {
      if (event === 'resume:updated') listeners.push(listener);
      return () => {};
    },
    onReady(listener: () => void) {
      listener();
      return () => {};
    },
    close() {},
  };
  const tell = (update: Update) => {
    for (const listener of listeners) listener(update as never);
  };
  return { saves, tell, connection: connection as unknown as TypedConnection };
}

function kept(viewerId: string): OutboxEntry {
  const { intentAtMs: _, savedAtMs: __, ...said } = recordOf({ sittingId: sittingNamed(1), seq: 7 });
  const moment = { wallMs: 1, monotonicMs: 1, originId: 'before' };
  return {
    id: entryId(said.sittingId, said.seq),
    viewerId,
    kind: 'gesture',
    said,
    media: null,
    intent: moment,
    saved: moment,
    stamp: null,
  };
}

/** A client of a television, with nothing on its disk. */
const clientOf = (options: Pick<ResumeClientOptions, 'connection' | 'environment'> & Partial<ResumeClientOptions>) =>
  new ResumeClient({ serverUrl: 'http://server', storage: createMemoryOutboxStorage(), device: TV, viewerId: null, ...options });

/** A client of a page that was opened by Ana, with something on the disk that somebody said before. */
async function opened(saidBy: string, formerViewerIds: () => Promise<readonly string[]>) {
  const env = new ManualEnvironment();
  const { connection, saves, tell } = connectionOf(env, ANA);
  const storage = createMemoryOutboxStorage();
  await storage.update(() => ({ entries: [kept(saidBy)], result: null }));
  await storage.remember({ viewerId: saidBy, record: recordOf() });
  const client = clientOf({ connection, storage, environment: env, formerViewerIds });
  await env.advance(0);
  return { env, client, saves, storage, tell };
}

it('says as the account what its guest could not', async () => {
  const { client, saves, storage } = await opened(GUEST, async () => [GUEST]);
  expect(saves).toMatchObject([{ viewerId: ANA, items: [{ seq: 7 }] }]);
  expect(client.state).toMatchObject({ waiting: 0, givenUp: 0 });
  expect(await storage.recall(ANA, 'title:film')).not.toBeNull();
});

it('[ACT10] gives back what a guest said who was taken out again, and sends nothing of it before that is certain', async () => {
  let answer = (_: readonly string[]) => {};
  const formerViewerIds = () =>
    new Promise<readonly string[]>((resolve) => {
      answer = resolve;
    });
  // Filed under the account, and not sent: its page went.
  const storage = createMemoryOutboxStorage();
  await storage.update(() => ({ entries: [{ ...kept(GUEST), viewerId: ANA, saidBy: GUEST }], result: null }));
  const env = new ManualEnvironment();
  const { connection, saves } = connectionOf(env, ANA);
  const client = clientOf({ connection, storage, environment: env, formerViewerIds });
  await env.advance(1000);
  client.leave();
  answer([]);
  await env.advance(1000);
  client.flush();
  await env.advance(1000);
  expect(saves).toEqual([]);
  expect(await storage.update((entries) => ({ entries, result: entries }))).toEqual([kept(GUEST)]);
});

it('keeps what others said until they are back, and so when nobody can say who was who', async () => {
  for (const former of [async () => [], () => Promise.reject(new Error('offline'))]) {
    const { client, env, saves } = await opened(GUEST, former);
    client.flush();
    await env.advance(120_000);
    expect(saves).toEqual([]);
    expect(client.state.waiting).toBe(1);
  }
});

it('[RES21] updates of a title are passed on in the order in which they were meant, whatever the order they come in', async () => {
  const { client, tell } = await opened(ANA, async () => []);
  const heard: (number | null)[] = [];
  client.on('resume:updated', ({ entry }) => heard.push(entry?.seq ?? null));
  const updateOf = (seq: number, contentId = 'title:film'): Update => {
    const record = recordOf({ contentId, seq });
    const entry: ResumeEntry = {
      ...record,
      state: 'active',
      hidden: false,
      lastWatchedAtMs: 1,
      resumeAtMs: 0,
      media: null,
    };
    return { contentId, entry };
  };
  for (const seq of [3, 2, 3, 5, 4]) tell(updateOf(seq));
  tell(updateOf(1, 'title:other'));
  tell({ contentId: 'title:film', entry: null });
  tell(updateOf(4));
  tell(updateOf(6));
  expect(heard).toEqual([3, 3, 5, 1, null, 6]);
});

it('[MEDIA8] finds a place that was kept under the id that an address had before, and takes no other title for it', async () => {
  const idOf = (url: string) => contentIdOf(parseMediaUrl(url));
  const url = 'https://cdn.example/watch?v=1&t=90';
  const other = 'https://cdn.example/watch?v=1&t=1699999999';
  const [former = ''] = formerContentIds(idOf(url), url);
  expect(formerContentIds(idOf(other), other)).toEqual([former]);
  const entry = { ...recordOf({ contentId: former, positionMs: 42_000 }), media: { url, title: null } };
  const env = new ManualEnvironment();
  const { connection } = connectionOf(env, ANA, new Map([[former, entry]]));
  const client = clientOf({ connection, environment: env, viewerId: ANA });
  expect(await client.start(idOf(url), url)).toMatchObject({ record: { positionMs: 42_000 }, asked: true });
  expect(await client.start(idOf(other), other)).toEqual({ record: null, entry: null, asked: true });
  client.close();
});
