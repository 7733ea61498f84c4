import type { Me } from '@cowatch/shared/protocol';
import { sql } from 'drizzle-orm';
import { afterEach, expect, inject, it } from 'vitest';
import { startProcess } from '../../platform/child-process.testing.ts';
import { makeDataDir } from '../../platform/database/database.testing.ts';
import { openDatabase } from '../../platform/database/open-database.ts';
import { createTestDatabase, dropTestDatabase } from '../../platform/database/postgres.testing.ts';
import { createLogger } from '../../platform/log/log.ts';
import { positionOf, put, TestBrowser } from '../accounts.testing.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A server in a process of its own, on a database that this test reaches too. */
async function killable() {
  const { adminUrl, template } = inject('postgres');
  const databaseUrl = await createTestDatabase(adminUrl, template);
  stops.push(() => dropTestDatabase(adminUrl, databaseUrl));
  const database = await openDatabase({ databaseUrl, dataDir: '/nonexistent', log: createLogger({ level: 'silent' }) });
  stops.push(() => database.stop());
  const dataDir = await makeDataDir();
  const start = async () => {
    const running = startProcess(new URL('../../main.ts', import.meta.url), [], {
      PORT: '0',
      BIND_ADDRESS: '127.0.0.1',
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      REQUESTS_PER_MINUTE_PER_IP: '100000',
      LOG_LEVEL: 'warn',
    });
    stops.push(() => running.killNow());
    const url = /(http:\S+)/.exec(await running.lineThat(/Open\s+http:/))?.[1] ?? '';
    await expect.poll(async () => (await fetch(`${url}/readyz`).catch(() => null))?.status, { timeout: 20_000 }).toBe(200);
    return { url, kill: () => running.killNow() };
  };
  return { database, start };
}

it('[ACT9] [RES24] a sign-in that brings a guest along is answered first; a server that dies before the merge does it when it is back', {
  timeout: 120_000,
}, async () => {
  const { database, start } = await killable();
  const first = await start();
  const [laptop, phone] = [new TestBrowser(first.url, 'Laptop'), new TestBrowser(first.url, 'Phone')];
  await laptop.signUp('ana');
  const guest = await phone.me();
  for (const [contentId, positionMs] of [
    ['title:one', 60_000],
    ['title:two', 120_000],
  ] as const)
    await put(phone, contentId, positionMs);
  // Nothing can be moved while positions are locked: what is answered now does not wait for it.
  const answered = await database.transaction(async (db) => {
    await db.execute(sql`lock table resume_titles, resume_history in exclusive mode`);
    const answer = await phone.signIn('ana', 'correct horse', { bringGuest: true });
    await first.kill();
    return answer;
  });
  expect(answered).toMatchObject({
    status: 200,
    body: { formerViewerIds: [guest.viewerId], brought: [{ viewerId: guest.viewerId, state: 'moving', moved: 0, total: 2 }] },
  });
  // The instance that died had leased the merge: as if that lease had run out.
  await database.run((db) => db.execute(sql`update account_departures set due_at_ms = 0`));

  const second = await start();
  const again = new TestBrowser(second.url, 'Phone');
  for (const [name, value] of phone.cookies) again.cookies.set(name, value);
  const me: Me = await again.settled();
  expect(me).toMatchObject({ account: { username: 'ana' }, brought: [{ viewerId: guest.viewerId, state: 'brought', moved: 2 }] });
  expect([await positionOf(again, 'title:one'), await positionOf(again, 'title:two')]).toEqual([60_000, 120_000]);
});
