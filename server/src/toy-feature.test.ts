import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { EventName } from './platform/events/event-bus.ts';
import type { FeatureFactory } from './platform/feature.ts';
import { Person, startTestServer, type TestServer } from './protocol.testing.ts';

// A feature of everything that a feature can have: one object, and one line in the list of features. What it needs of
// other features it takes from what they offer and emit.

declare module './platform/events/event-bus.ts' {
  interface EventMap {
    'toy.poked': { readonly viewerId: string; readonly sessionId: string };
  }
}

const HEARD: readonly EventName[] = [
  'session.committed',
  'session.ended',
  'member.joined',
  'member.left',
  'member.kicked',
  'viewer.merged',
  'title.watched',
  'toy.poked',
];

const heard: { readonly name: EventName; readonly event: object }[] = [];
const pokesOf = new Map<string, number>();
let jobRuns = 0;

const createToy: FeatureFactory = ({ identity, events, offered }) => {
  const members = offered('members');
  const stops = HEARD.map((name) => events.on(name, (event) => void heard.push({ name, event })));
  events.on('session.committed', () => {
    throw new Error('a listener that fails');
  });
  return {
    name: 'toy',
    pages: ['/toys/:id'],
    healthParts: [{ name: 'toys', check: () => ({ state: 'ok', detail: 'all here' }) }],
    jobs: [{ name: 'toy-tidy', intervalMs: 20, run: () => void jobRuns++ }],
    routes(app) {
      app.get('/toys', { schema: { response: { 200: z.object({ pokes: z.number() }) } } }, (request, reply) => ({
        pokes: pokesOf.get(identity.ensureViewerId(request, reply)) ?? 0,
      }));
    },
    commands(sockets) {
      // A command of the product is part of the protocol's types; this one is not.
      const command = {
        schema: z.strictObject({ sessionId: z.string() }),
        limit: { bucket: 'toy', perS: 10, burst: 10 },
        handle({ sessionId }: { sessionId: string }, { socket, viewerId }: { socket: never; viewerId: string }) {
          const { name, role, canControl } = members.require(socket, sessionId);
          pokesOf.set(viewerId, (pokesOf.get(viewerId) ?? 0) + 1);
          events.emit('toy.poked', { viewerId, sessionId });
          return { name, role, canControl };
        },
      };
      sockets.onCommand('toy:poke' as never, command as never);
    },
    viewerData: {
      async move({ fromViewerId, toViewerId }) {
        const pokes = pokesOf.get(fromViewerId) ?? 0;
        pokesOf.set(toViewerId, Math.max(pokesOf.get(toViewerId) ?? 0, pokes));
        return { cursor: null, titles: 0 };
      },
      undo: async () => ({ cursor: null, titles: 0 }),
      erase: async (viewerId) => void pokesOf.delete(viewerId),
      exported: { pokes: z.number(), toys: z.array(z.object({ toy: z.string() })) },
      async *export(viewerId) {
        yield { name: 'pokes', value: pokesOf.get(viewerId) ?? 0 };
        yield {
          name: 'toys',
          values: (async function* () {
            yield { toy: 'bear' };
            yield { toy: 'train' };
          })(),
        };
      },
    },
    async stop() {
      for (const stop of stops) stop();
    },
  };
};

const folder = mkdtempSync(join(tmpdir(), 'cwtoy-'));
const roots = { webRoot: join(folder, 'web'), mediaRoot: join(folder, 'media') };
let server: TestServer;
beforeAll(async () => {
  for (const root of Object.values(roots)) mkdirSync(root);
  writeFileSync(join(roots.webRoot, 'index.html'), '<!doctype html><title>page</title>');
  server = await startTestServer({ features: [createToy], roots });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const eventsOf = (name: EventName) => heard.filter((one) => one.name === name).map(({ event }) => event);

describe('a feature', () => {
  it('has a command that only members may give, as who they are and with their rights', async () => {
    const [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
    const { id: sessionId } = await ana.createSession({ media: { titleId: 'sample' }, control: 'hosts' });
    const outside = await ben.connect();
    expect(await outside.raw('toy:poke', { sessionId })).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(await outside.raw('toy:poke', { sessionId, more: 1 })).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    await outside.join(sessionId);
    const inside = await ana.join(sessionId);
    expect(await outside.raw('toy:poke', { sessionId })).toEqual({ ok: true, data: { name: 'Ben', role: 'member', canControl: false } });
    expect(await inside.raw('toy:poke', { sessionId })).toEqual({ ok: true, data: { name: 'Ana', role: 'owner', canControl: true } });
    expect(eventsOf('toy.poked')).toContainEqual({ viewerId: ben.viewerId, sessionId });
  });

  it('has routes, which know who asks, and parts of the health', async () => {
    const ana = await server.person('Ana');
    expect(await ana.http('GET', '/toys')).toMatchObject({ status: 200, body: { pokes: 0 } });
    expect(server.health.report().parts.toys).toEqual({ state: 'ok', detail: 'all here' });
  });

  it('has pages, as any other has', async () => {
    expect((await fetch(`${server.url}/toys/bear`)).status).toBe(200);
    expect((await fetch(`${server.url}/toys`)).status).toBe(404);
    expect((await fetch(`${server.url}/toys/bear`, { method: 'POST' })).status).toBe(405);
  });

  it('has jobs, which are measured', async () => {
    await expect.poll(() => jobRuns).toBeGreaterThan(2);
    expect(await server.metrics.registry.metrics()).toMatch(/cowatch_job_duration_seconds_count\{job="toy-tidy",outcome="ok"\} [1-9]/);
  });

  it('hears what happens in others, once each, though another listener fails', async () => {
    const [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
    const { id: sessionId } = await ana.createSession();
    heard.length = 0;
    const host = await ana.join(sessionId);
    const guest = await ben.join(sessionId);
    expect(eventsOf('member.joined')).toMatchObject([{ sessionId }, { sessionId }]);
    await host.playback(sessionId, { kind: 'play' });
    expect(eventsOf('session.committed')).toMatchObject([{ sessionId, playback: { timeline: { playing: true } } }]);
    const { you } = await guest.join(sessionId);
    await host.session(sessionId, { kind: 'kick', memberId: you.memberId });
    expect(eventsOf('member.kicked')).toMatchObject([{ sessionId, memberId: you.memberId }]);
    expect(eventsOf('member.left')).toMatchObject([{ sessionId, memberId: you.memberId }]);
    await ana.http('DELETE', `/sessions/${sessionId}`);
    expect(eventsOf('session.ended')).toMatchObject([{ sessionId, media: { id: 'title:sample' } }]);
    expect(eventsOf('member.left')).toHaveLength(2);
    await ana.http('PUT', '/resume/title:a', { positionMs: 60_000 });
    await ana.http('POST', '/resume/title:a/watched');
    expect(eventsOf('title.watched')).toMatchObject([{ viewerId: ana.viewerId, contentId: 'title:a' }]);
    expect(server.log).toContainEqual(expect.objectContaining({ msg: 'an event listener failed', event: 'session.committed' }));
  });

  it('keeps data of viewers that is exported and erased with them', async () => {
    const ana = await server.person('Ana');
    pokesOf.set(ana.viewerId, 7);
    expect((await ana.http('POST', '/exports')).body).toEqual({
      viewerId: ana.viewerId,
      exportedAtMs: expect.any(Number),
      account: null,
      historyPaused: false,
      titles: [],
      history: [],
      chat: [],
      pictures: [],
      pokes: 7,
      toys: [{ toy: 'bear' }, { toy: 'train' }],
    });
    const { components } = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      components: { schemas: { Export: { properties: object } } };
    };
    expect(Object.keys(components.schemas.Export.properties)).toContain('toys');
    await ana.http('DELETE', '/me');
    expect(pokesOf.has(ana.viewerId)).toBe(false);
  });

  it('keeps data of viewers that moves into the account with its guest', async () => {
    const [owner, guest] = [await server.person('Ana'), await server.person('Ana, elsewhere')];
    const credentials = { username: 'ana', password: 'correct horse battery', deviceName: 'Laptop', bringGuest: true };
    const prefer = { prefer: 'token' };
    const signUp = (await owner.http('POST', '/account', credentials, prefer)).body as { readonly token: string };
    pokesOf.set(guest.viewerId, 3);
    const account = new Person(server.url, 'Ana', signUp.token).viewerId;
    const signIn = await guest.http('POST', '/account/sign-in', { ...credentials, deviceName: 'Phone' }, prefer);
    expect(signIn.status).toBe(200);
    await expect.poll(() => pokesOf.get(account)).toBe(3);
    expect(eventsOf('viewer.merged')).toContainEqual({ guestId: guest.viewerId, viewerId: account });
  });
});
