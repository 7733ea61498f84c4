import type { DeviceSignIn } from '@cowatch/shared/protocol';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeOf, useAccountsWorld } from './accounts.testing.ts';
import { EARLIER_CODES, EARLIER_KEY, EARLIER_NOW_MS, EARLIER_PASSWORD, EARLIER_ROWS, EARLIER_TOKEN } from './earlier-accounts.testing.ts';
import { TestAuthenticator } from './passkeys/authenticator.testing.ts';
import { VIEWER_COOKIE } from './tokens/credentials.ts';

const world = useAccountsWorld();
beforeAll(async () => {
  world.advance(EARLIER_NOW_MS - world.nowMs());
  await world.database.transaction(async (db) => {
    for (const [table, rows] of Object.entries(EARLIER_ROWS)) {
      const name = sql.identifier(table);
      await db.execute(sql`insert into ${name} select * from json_populate_recordset(null::${name}, ${JSON.stringify(rows)}::json)`);
    }
  });
});

const [{ viewer_id: viewerId, display_username: username }] = EARLIER_ROWS.account_users;

describe('an account that better-auth kept', () => {
  it('[ACT3] has its devices signed in', async () => {
    const laptop = world.browser();
    laptop.cookies.set(VIEWER_COOKIE, EARLIER_TOKEN);
    expect(await laptop.me()).toMatchObject({ viewerId, account: { username }, device: { name: 'Laptop' } });
    const { body } = await laptop.http('GET', '/devices');
    const names = (body as { devices: { name: string }[] }).devices.map(({ name }) => name);
    expect(names.sort()).toEqual(EARLIER_ROWS.account_devices.map(({ name }) => name).sort());
  });

  it('[ACT2] is signed in to by its password, and by no other', async () => {
    const phone = world.browser('New phone');
    expect(codeOf(await phone.signIn(username, 'wrong password'))).toBe('unauthenticated');
    expect(await phone.signIn(username, EARLIER_PASSWORD)).toMatchObject({ status: 200, body: { viewerId } });
  });

  it('is signed in to by its passkey', async () => {
    const key = new TestAuthenticator(world.server.url, EARLIER_KEY);
    const tablet = world.browser('New tablet');
    const asked = await tablet.http('POST', '/account/sign-in/passkey/options');
    const answer = { response: key.get(asked.body as { challenge: string }), deviceName: 'New tablet' };
    expect(await tablet.http('POST', '/account/sign-in/passkey', answer)).toMatchObject({ status: 200, body: { viewerId } });
  });

  it('[ACT4] signs in the device whose code it allowed, and can answer the other one', async () => {
    const signIn = async (deviceCode: string) =>
      (await world.browser('TV').http('POST', '/account/sign-in/device', { deviceCode })).body as DeviceSignIn;
    expect(await signIn(EARLIER_CODES.approved)).toMatchObject({ status: 'signed_in', me: { viewerId } });
    expect(await signIn(EARLIER_CODES.pending)).toMatchObject({ status: 'pending' });
    const laptop = world.browser();
    laptop.cookies.set(VIEWER_COOKIE, EARLIER_TOKEN);
    expect((await laptop.http('POST', '/link/approve', { userCode: EARLIER_CODES.pendingUserCode })).status).toBe(204);
    world.advance(60_000);
    expect(await signIn(EARLIER_CODES.pending)).toMatchObject({ status: 'signed_in', me: { viewerId } });
  });
});
