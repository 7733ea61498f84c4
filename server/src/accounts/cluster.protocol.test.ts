import type { SessionInfo, SignedInDevice } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestInstances, type TestInstance, type TestInstances } from '../instances.testing.ts';
import { TestBrowser } from './accounts.testing.ts';

// Two instances on one Redis and one PostgreSQL: one person with a device on each.

let world: TestInstances;
let instances: readonly [TestInstance, TestInstance];
beforeAll(async () => {
  world = await startTestInstances();
  instances = [await world.start(), await world.start()];
});
afterAll(() => world.remove());

const put = (who: TestBrowser, contentId: string, positionMs: number) =>
  who.http('PUT', `/resume/${contentId}`, { positionMs, durationMs: 3_600_000 });

it('[ACT9] [RES24] what a guest says on one instance is the account’s on the other once it is brought along', async () => {
  const [here, there] = instances;
  const laptop = new TestBrowser(here.server.url, 'Laptop');
  await laptop.signUp('Ana');
  const phone = new TestBrowser(there.server.url, 'Phone');
  const guest = await phone.me();
  await put(phone, 'title:film', 42_000);
  // It is in the journal still, or on its way from there.
  expect((await phone.signIn('ana')).status).toBe(200);
  expect((await laptop.http('GET', '/resume/title:film')).status).toBe(404);
  await phone.bring();
  expect((await laptop.http('GET', '/resume/title:film')).body).toMatchObject({ positionMs: 42_000 });
  await put(phone, 'title:other', 50_000);
  expect((await laptop.http('GET', '/resume/title:other')).body).toMatchObject({ positionMs: 50_000 });

  // Taken out from the other device, on the other instance, it is the guest's again, where that one is.
  const { brought } = await laptop.undo(guest.viewerId);
  expect(brought).toEqual([]);
  expect((await laptop.http('GET', '/resume/title:film')).status).toBe(404);
  expect((await laptop.http('GET', '/resume/title:other')).status).toBe(200);
  expect((await phone.http('POST', '/account/sign-out')).status).toBe(204);
  expect(await phone.me()).toEqual(guest);
  expect((await phone.http('GET', '/resume/title:film')).body).toMatchObject({ positionMs: 42_000 });
});

it('[ACT10] roles that an account had taken over go back, on whatever instance', async () => {
  const [here, there] = instances;
  const laptop = new TestBrowser(here.server.url, 'Laptop');
  await laptop.signUp('Dora');
  const phone = new TestBrowser(there.server.url, 'Phone');
  const guest = await phone.me();
  const { id: sessionId } = (await phone.http('POST', '/sessions', { media: { titleId: 'sample' } })).body as SessionInfo;
  await phone.signIn('Dora');
  await phone.bring();
  const join = async (instance: TestInstance, who: TestBrowser) => {
    const line = await (await instance.server.personWith({ name: 'Dora', token: who.token })).connect();
    return { line, ...(await line.do('session:join', { sessionId, name: 'Dora' })) };
  };
  const owner = await join(here, laptop);
  expect(owner.you.role).toBe('owner');
  await phone.undo(guest.viewerId);
  await phone.http('POST', '/account/sign-out');
  expect((await phone.me()).viewerId).toBe(guest.viewerId);
  await owner.line.do('session:leave', { sessionId });
  await expect.poll(async () => (await join(there, phone)).you.role).toBe('owner');
  expect((await join(here, laptop)).you.role).toBe('member');
});

it('[ACT3] a device that is signed out on one instance is nobody on the other, and its connection ends', async () => {
  const [here, there] = instances;
  const laptop = new TestBrowser(here.server.url, 'Laptop');
  await laptop.signUp('Ben');
  const phone = new TestBrowser(there.server.url, 'Phone');
  await phone.signIn('Ben');
  const line = await (await there.server.personWith({ name: 'Ben', token: phone.token })).connect();
  const closed = new Promise((resolve) => line.socket.once('disconnect', resolve));
  const { devices } = (await laptop.http('GET', '/devices')).body as { devices: SignedInDevice[] };
  await laptop.http('DELETE', `/devices/${devices.find(({ current }) => !current)?.id}`);
  await closed;
  const answer = await fetch(`${there.server.url}/api/v1/me`, { headers: { authorization: `Bearer ${phone.token}` } });
  expect(answer.status).toBe(401);
});

it('[ACT5] [RES25] whoever leaves is gone on every instance', async () => {
  const [here, there] = instances;
  const laptop = new TestBrowser(here.server.url, 'Laptop');
  await laptop.signUp('Cleo');
  const phone = new TestBrowser(there.server.url, 'Phone');
  await phone.signIn('Cleo');
  await put(phone, 'title:film', 42_000);
  await laptop.http('DELETE', '/me', { password: 'correct horse' });
  const again = new TestBrowser(here.server.url, 'Laptop');
  await again.signUp('Cleo');
  expect((await again.http('GET', '/resume/title:film')).status).toBe(404);
  await expect.poll(async () => (await phone.me()).account).toBeNull();
});
