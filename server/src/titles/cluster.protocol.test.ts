import type { Playback } from '@cowatch/shared/protocol';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestInstances, type TestInstance, type TestInstances } from '../instances.testing.ts';
import type { Person } from '../protocol.testing.ts';
import { OembedStub } from './facts/oembed.testing.ts';

const stub = new OembedStub();
let world: TestInstances;
let one: TestInstance;
let two: TestInstance;
beforeAll(async () => {
  await stub.start();
  world = await startTestInstances();
  const env = { LINK_CHECKS: 'all', OEMBED_URL: stub.endpoint };
  [one, two] = await Promise.all([world.start(undefined, env), world.start(undefined, env)]);
}, 60_000);
afterAll(async () => {
  await world.remove();
  stub.stop();
});

const picture = (at: TestInstance, who: Person, query: string, body?: Buffer) =>
  fetch(`${at.server.url}/api/v1/titles/picture?${query}`, {
    method: body === undefined ? 'GET' : 'PUT',
    headers: { authorization: `Bearer ${who.token}`, ...(body === undefined ? {} : { 'content-type': 'image/jpeg' }) },
    body: body === undefined ? null : new Uint8Array(body),
  });

it('[TITLE3] a title that two instances learn is committed once, and told on both', async () => {
  let open = () => {};
  stub.gate = new Promise((resolve) => {
    open = resolve;
  });
  const url = 'https://www.youtube.com/watch?v=cluster0001';
  stub.videos.set(url, { title: 'On both', picture: '/picture/320x180.jpg' });
  const [ana, ben] = [await one.server.person('Ana'), await two.server.person('Ben')];
  // Connected before: the first instance waits for its answer only so long, and the second does not ask anew after that.
  const [here, there] = [await ana.connect(), await ben.connect()];
  const { id } = await ana.createSession({ media: { url } });
  await Promise.all([here.join(id), there.join(id)]);
  // Each instance asks for itself, as somebody has come there.
  await expect.poll(() => stub.asked.length).toBe(2);
  open();
  const isTitled = ({ media }: Playback) => media.title === 'On both';
  const told = await Promise.all([here, there].map((client) => client.next<Playback>('playback:changed', isTitled)));
  expect(told[0]?.timeline).toEqual(told[1]?.timeline);
  await Promise.all([here, there].map((client) => client.caughtUp()));
  for (const client of [here, there]) expect(client.all<Playback>('playback:changed').filter(isTitled)).toHaveLength(1);
  for (const at of [one, two]) expect((await picture(at, ana, 'id=yt:cluster0001')).status).toBe(200);
});

it('[TITLE5] a frame that is given to one instance is the party’s on the other, also for who is only there', async () => {
  const [ana, ben] = [await one.server.person('Ana'), await two.server.person('Ben')];
  const { id, media } = await ana.createSession({ media: { url: 'https://films.example/the-long-way-home.mp4' } });
  await ana.join(id);
  await ben.join(id);
  const query = `id=${encodeURIComponent(media.id)}&session=${id}`;
  const frame = await sharp({ create: { width: 64, height: 36, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
  // Ben's socket is on the second instance, and his picture comes to the first.
  expect((await picture(one, ben, query, frame)).status).toBe(204);
  expect((await picture(two, ana, query)).status).toBe(200);
  const cleo = await one.server.person('Cleo');
  for (const at of [one, two]) expect((await picture(at, cleo, query)).status).toBe(404);
});
