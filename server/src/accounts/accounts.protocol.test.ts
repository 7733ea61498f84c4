import type { DeviceCode, Me, ResumeEntry, SessionInfo, SignedInDevice } from '@cowatch/shared/protocol';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMachineClock } from '../platform/clock/cluster-clock.ts';
import { openEmbeddedTestDatabase, type TestDatabase } from '../platform/database/database.testing.ts';
import { startTestServer, type TestServer } from '../protocol.testing.ts';
import { FAILURES_FREE, LOCK_FIRST_MS, LOCK_LONGEST_MS } from './accounts.limits.ts';
import { lockMs } from './accounts.service.ts';
import { TestBrowser } from './accounts.testing.ts';

let server: TestServer;
const machine = createMachineClock();
let aheadMs = 0;
const clock = Object.assign(Object.create(machine) as typeof machine, { nowMs: () => machine.nowMs() + aheadMs });
let people = 0;

let own: TestDatabase;
let database: TestDatabase['database'];
beforeAll(async () => {
  own = await openEmbeddedTestDatabase();
  ({ database } = own);
  server = await startTestServer({ clock, database });
});
afterAll(async () => {
  await server.stop();
  await own.remove();
});

const browser = (name = 'Laptop') => new TestBrowser(server.url, name);
const newName = () => {
  people += 1;
  return `Ana.${people}`;
};
const put = (who: TestBrowser, contentId: string, positionMs: number) =>
  who.http('PUT', `/resume/${contentId}`, { positionMs, durationMs: 3_600_000 });
const positionOf = async (who: TestBrowser, contentId: string) => {
  const { status, body } = await who.http('GET', `/resume/${contentId}`);
  return status === 200 ? (body as { positionMs: number }).positionMs : status;
};
const devicesOf = async (who: TestBrowser) =>
  ((await who.http('GET', '/devices')).body as { devices: SignedInDevice[] }).devices;
const codeOf = ({ body }: { body: unknown }) => (body as { code: string }).code;

describe('[ACT1] making an account', () => {
  it('keeps the viewer and everything they have, and ends the guest', async () => {
    const laptop = browser();
    const { viewerId } = await laptop.me();
    await put(laptop, 'title:film', 60_000);
    const guestToken = laptop.token;
    const name = newName();
    const me = await laptop.signUp(name);
    expect(me).toMatchObject({ viewerId, account: { username: name }, device: { name: 'Laptop' } });
    expect(await laptop.me()).toEqual(me);
    expect(await positionOf(laptop, 'title:film')).toBe(60_000);
    // Whoever still has the guest's token is nobody.
    const stolen = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${guestToken}` } });
    expect(stolen.status).toBe(401);
  });

  it('takes each name once, in whatever case, and each viewer once', async () => {
    const name = newName();
    const laptop = browser();
    await laptop.signUp(name);
    const again = { username: name.toUpperCase(), password: 'correct horse', deviceName: 'Phone' };
    expect(await browser().http('POST', '/account', again)).toMatchObject({ status: 409 });
    expect(await laptop.http('POST', '/account', { ...again, username: newName() })).toMatchObject({ status: 409 });
    const both = browser();
    await both.me();
    const answers = await Promise.all(
      [newName(), newName()].map((username) => both.http('POST', '/account', { ...again, username })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it.each([
    { username: 'ab' },
    { username: 'a b c' },
    { username: 'x'.repeat(31) },
    { password: 'short' },
    { password: 'x'.repeat(129) },
    { deviceName: '' },
    { deviceName: '\u200b' },
    { admin: true },
  ])('refuses %j, and changes nothing', async (wrong) => {
    const laptop = browser();
    const before = await laptop.me();
    const body = { username: newName(), password: 'correct horse', deviceName: 'Laptop', ...wrong };
    expect(await laptop.http('POST', '/account', body)).toMatchObject({ status: 400, body: { code: 'bad_request' } });
    expect(await laptop.me()).toEqual(before);
  });
});

describe('[ACT2] signing in', () => {
  it('brings along what the guest has watched: the later gesture holds', async () => {
    const [laptop, phone] = [browser(), browser('Phone')];
    const name = newName();
    await put(laptop, 'title:both', 10_000);
    const { viewerId } = await laptop.signUp(name);
    const guest = await phone.me();
    await put(phone, 'title:both', 20_000);
    await put(phone, 'title:phone', 30_000);
    const guestToken = phone.token;
    const { status, body } = await phone.signIn(name.toLowerCase());
    expect(status).toBe(200);
    expect(body).toMatchObject({ viewerId, formerViewerIds: [guest.viewerId], device: { name: 'Phone' } });
    expect(await positionOf(laptop, 'title:both')).toBe(20_000);
    expect(await positionOf(laptop, 'title:phone')).toBe(30_000);
    expect(await positionOf(phone, 'title:both')).toBe(20_000);
    const late = await fetch(`${server.url}/api/v1/resume/title:phone`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${guestToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ positionMs: 99_000 }),
    });
    expect(late.status).toBe(401);
  });

  it('[ACT6] brings along the roles that the guest had in parties, and nobody else’s', async () => {
    const [laptop, phone] = [browser(), browser('Phone')];
    const name = newName();
    await laptop.signUp(name);
    const guest = await phone.me();
    const { id: sessionId } = (await phone.http('POST', '/sessions', { media: { titleId: 'sample' } }))
      .body as SessionInfo;
    const join = async (who: TestBrowser, as: string) => {
      const client = await (await server.personWith({ name: as, token: who.token })).connect();
      return { client, ...(await client.do('session:join', { sessionId, name: as })) };
    };
    const owner = await join(phone, 'Ana');
    expect(owner.you.role).toBe('owner');
    const [bens, stranger] = [browser('Ben'), browser('Stranger')];
    await bens.me();
    const ben = await join(bens, 'Ben');
    await stranger.signUp(newName());
    await phone.signIn(name);
    expect((await join(stranger, 'Cleo')).you.role).toBe('member');
    const again = await join(phone, 'Ana');
    expect(again.you).toMatchObject({ role: 'owner', memberId: again.access.ownerId });
    expect(again.you.memberId).not.toBe(owner.you.memberId);
    expect(await ben.client.next('session:changed')).toMatchObject({ access: { ownerId: again.you.memberId } });
    expect((await join(laptop, 'Ana')).you).toEqual(again.you);
    expect((await phone.me()).viewerId).not.toBe(guest.viewerId);
  });

  it('takes a batch that names the guest of before, and of no other', async () => {
    const [laptop, phone] = [browser(), browser('Phone')];
    const name = newName();
    await laptop.signUp(name);
    const guest = await phone.me();
    await phone.signIn(name);
    const stranger = await browser().me();
    const item = {
      ...{ contentId: 'title:plane', committed: true, intentAtMs: Math.floor(clock.nowMs()) - 5000, seq: 1 },
      ...{ sittingId: 'a'.repeat(32), positionMs: 77_000, durationMs: 3_600_000, watchedMs: 60_000, state: 'active' },
      ...{ previousPositionMs: null, savedAtMs: Math.floor(clock.nowMs()) - 1000 },
    };
    const batch = (viewerId: string) => ({ viewerId, device: { id: 'device-1', name: 'Phone' }, items: [item] });
    expect(await phone.http('POST', '/resume/batch', batch(stranger.viewerId))).toMatchObject({ status: 403 });
    expect(await phone.http('POST', '/resume/batch', batch(guest.viewerId))).toMatchObject({
      body: { answers: [{ outcome: 'applied' }] },
    });
    expect(await positionOf(laptop, 'title:plane')).toBe(77_000);
  });

  it('says nothing about which of name and password is wrong, and locks a name after too many', async () => {
    const name = newName();
    await browser().signUp(name);
    const thief = browser();
    const wrong = await thief.signIn(name, 'wrong password');
    const nobody = await thief.signIn(newName(), 'wrong password');
    expect(wrong).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect((nobody.body as { detail: string }).detail).toBe((wrong.body as { detail: string }).detail);
    for (let tries = 1; tries < FAILURES_FREE; tries += 1) {
      expect((await thief.signIn(name, 'wrong password')).status).toBe(401);
    }
    const locked = await thief.signIn(name);
    expect(locked).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect((locked.body as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(0);
    aheadMs += LOCK_FIRST_MS;
    expect((await thief.signIn(name)).status).toBe(200);
    const again = browser();
    expect((await again.signIn(name, 'wrong password')).status).toBe(401);
    expect((await again.signIn(name)).status).toBe(200);
  });

  it('a lock grows, and has an end', () => {
    expect([1, FAILURES_FREE - 1].map(lockMs)).toEqual([0, 0]);
    expect([0, 1, 2].map((more) => lockMs(FAILURES_FREE + more))).toEqual([30_000, 60_000, 120_000]);
    expect(lockMs(1000)).toBe(LOCK_LONGEST_MS);
  });

  it('is for those who are not signed in', async () => {
    const name = newName();
    const laptop = browser();
    await laptop.signUp(name);
    expect(codeOf(await laptop.signIn(name))).toBe('conflict');
  });
});

describe('[ACT3] devices', () => {
  it('are listed, named, and signed out: their tokens count no more, and their connections end', async () => {
    const name = newName();
    const [laptop, phone] = [browser(), browser('Phone')];
    await laptop.signUp(name);
    await phone.signIn(name);
    expect((await phone.http('POST', '/exports')).body).toMatchObject({
      account: { username: name, devices: [{ name: 'Phone' }, { name: 'Laptop' }], passkeys: [] },
    });
    const [first, second] = await devicesOf(phone);
    expect([first, second].map((device) => device?.name).sort()).toEqual(['Laptop', 'Phone']);
    const own = (await devicesOf(laptop)).find(({ current }) => current);
    expect(own?.name).toBe('Laptop');
    expect(await laptop.http('PATCH', `/devices/${own?.id}`, { name: 'Desk' })).toMatchObject({
      body: { name: 'Desk', current: true },
    });
    const other = (await devicesOf(laptop)).find(({ current }) => !current);
    const line = await (await server.personWith({ name: 'Ana', token: phone.token })).connect();
    const closed = new Promise((resolve) => line.socket.once('disconnect', resolve));
    expect((await laptop.http('DELETE', `/devices/${other?.id}`)).status).toBe(204);
    await closed;
    expect(await phone.me()).toMatchObject({ account: null, device: null });
    expect(codeOf(await phone.http('GET', '/devices'))).toBe('unauthenticated');
    expect(await devicesOf(laptop)).toHaveLength(1);
  });

  it('that the database knows nothing of, since an older backup was restored, become guests', async () => {
    const laptop = browser();
    const { viewerId, device } = await laptop.signUp(newName());
    await database.run((db) => db.execute(sql`delete from account_devices where id = ${device?.id}`));
    const { token } = laptop;
    const guest = await laptop.me();
    expect(guest).toMatchObject({ account: null, device: null });
    expect(guest.viewerId).not.toBe(viewerId);
    expect((await laptop.me()).viewerId).toBe(guest.viewerId);
    const program = await server.personWith({ name: 'mpv', token });
    expect((await program.http('GET', '/me')).status).toBe(401);
  });

  it('are one’s own only', async () => {
    const [ana, ben] = [browser(), browser()];
    await ana.signUp(newName());
    await ben.signUp(newName());
    const [device] = await devicesOf(ana);
    expect(codeOf(await ben.http('DELETE', `/devices/${device?.id}`))).toBe('not_found');
    expect(codeOf(await ben.http('PATCH', `/devices/${device?.id}`, { name: 'Mine' }))).toBe('not_found');
    expect(await ana.me()).toMatchObject({ device: { name: 'Laptop' } });
  });

  it('a new password signs out all others, and is the only one that is right', async () => {
    const name = newName();
    const [laptop, phone] = [browser(), browser('Phone')];
    await laptop.signUp(name);
    await phone.signIn(name);
    const change = { password: 'not the one', newPassword: 'battery staple' };
    expect(codeOf(await laptop.http('POST', '/account/password', change))).toBe('unauthenticated');
    expect(await phone.me()).toMatchObject({ account: { username: name } });
    const right = { ...change, password: 'correct horse' };
    expect((await laptop.http('POST', '/account/password', right)).status).toBe(204);
    expect(await phone.me()).toMatchObject({ account: null });
    expect((await phone.signIn(name)).status).toBe(401);
    expect((await phone.signIn(name, 'battery staple')).status).toBe(200);
    expect((await laptop.http('DELETE', '/devices')).status).toBe(204);
    expect(await phone.me()).toMatchObject({ account: null });
  });

  it('signing out makes a browser somebody new, and the account keeps everything', async () => {
    const name = newName();
    const laptop = browser();
    const { viewerId } = await laptop.signUp(name);
    await put(laptop, 'title:kept', 5000);
    const token = laptop.token;
    expect((await laptop.http('POST', '/account/sign-out')).status).toBe(204);
    expect(laptop.token).toBe('');
    const guest = await laptop.me();
    expect(guest).toMatchObject({ account: null });
    expect(guest.viewerId).not.toBe(viewerId);
    const answer = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(401);
    await laptop.signIn(name);
    expect(await positionOf(laptop, 'title:kept')).toBe(5000);
  });
});

describe('[ACT4] linking a device', () => {
  const codeFor = async (device: TestBrowser, client_id = 'cowatch-web') =>
    (await device.http('POST', '/link/code', { client_id, device_name: 'TV' })).body as DeviceCode;

  const approve = (who: TestBrowser, { user_code: userCode }: DeviceCode) =>
    who.http('POST', '/link/approve', { userCode });

  it('signs in whoever shows a code that somebody allows, once', async () => {
    const [laptop, tv] = [browser(), browser('TV')];
    const { viewerId } = await laptop.signUp(newName());
    const guest = await tv.me();
    await put(tv, 'title:tv', 1234);
    const code = await codeFor(tv);
    expect(code.user_code).toMatch(/^[A-Z2-9]{8}$/);
    expect(code.verification_uri).toBe(`${server.url}/link`);
    expect(code.verification_uri_complete).toBe(`${server.url}/link?code=${code.user_code}`);
    const typed = `${code.user_code.slice(0, 4)}-${code.user_code.slice(4)}`.toLowerCase();
    expect(await laptop.http('GET', `/link?userCode=${typed}`)).toMatchObject({
      status: 200,
      body: { userCode: code.user_code, deviceName: 'TV', status: 'pending' },
    });
    expect((await laptop.http('POST', '/link/approve', { userCode: typed })).status).toBe(204);
    expect(codeOf(await approve(laptop, code))).toBe('conflict');
    const ask = () => tv.http('POST', '/account/sign-in/device', { deviceCode: code.device_code });
    const answer = await ask();
    expect(answer).toMatchObject({ status: 200, body: { status: 'signed_in' } });
    const { me } = answer.body as { me: Me };
    expect(me).toMatchObject({ viewerId, device: { name: 'TV' }, formerViewerIds: [guest.viewerId] });
    expect(await positionOf(laptop, 'title:tv')).toBe(1234);
    expect(codeOf(await browser().http('POST', '/account/sign-in/device', { deviceCode: code.device_code }))).toBe(
      'gone',
    );
  });

  it('tells who waits to wait, longer when asked too often; and that they were refused', async () => {
    const [laptop, tv] = [browser(), browser('TV')];
    await laptop.signUp(newName());
    const code = await codeFor(tv);
    const ask = ({ device_code: deviceCode }: DeviceCode) => tv.http('POST', '/account/sign-in/device', { deviceCode });
    expect(await ask(code)).toMatchObject({ body: { status: 'pending', intervalS: 5 } });
    expect(await ask(code)).toMatchObject({ body: { status: 'pending', intervalS: 10 } });
    const other = await codeFor(tv);
    expect((await laptop.http('POST', '/link/deny', { userCode: other.user_code })).status).toBe(204);
    expect(codeOf(await ask(other))).toBe('gone');
    expect(await tv.me()).toMatchObject({ account: null });
  });

  it('is for accounts, and for codes that there are', async () => {
    const [laptop, guest] = [browser(), browser()];
    await laptop.signUp(newName());
    const code = await codeFor(browser('TV'));
    expect(codeOf(await guest.http('GET', `/link?userCode=${code.user_code}`))).toBe('unauthenticated');
    expect(codeOf(await approve(guest, code))).toBe('unauthenticated');
    expect(codeOf(await laptop.http('GET', '/link?userCode=AAAAAAA9'))).toBe('not_found');
    expect(codeOf(await laptop.http('GET', '/link?userCode=A'))).toBe('bad_request');
    // Whoever looks at a code first is who may answer it.
    expect((await laptop.http('GET', `/link?userCode=${code.user_code}`)).status).toBe(200);
    const other = browser();
    await other.signUp(newName());
    expect(codeOf(await approve(other, code))).toBe('conflict');
    await database.run((db) => db.execute(sql`update account_device_codes set expires_at = now() - interval '1 s'`));
    expect(codeOf(await approve(laptop, code))).toBe('gone');
  });

  const form = (path: string, fields: Record<string, string>) =>
    fetch(`${server.url}/api/v1${path}`, { method: 'POST', body: new URLSearchParams(fields) });

  it('speaks RFC 8628 with programs: forms, its own refusals, and a bearer token with a device of its own', async () => {
    const laptop = browser();
    const { viewerId } = await laptop.signUp(newName());
    const started = await form('/link/code', { client_id: 'mpv', scope: 'resume', unknown: 'x' });
    expect(started.headers.get('cache-control')).toBe('no-store');
    const code = (await started.json()) as DeviceCode;
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
    const token = { grant_type, device_code: code.device_code, client_id: 'mpv' };
    const pending = await form('/link/token', token);
    expect(pending.status).toBe(400);
    expect(await pending.json()).toMatchObject({ error: 'authorization_pending' });
    expect(await (await form('/link/token', token)).json()).toMatchObject({ error: 'slow_down' });
    for (const [wrong, error] of [
      [{ ...token, grant_type: 'password' }, 'invalid_request'],
      [{ ...token, client_id: 'vlc' }, 'invalid_grant'],
      [{ ...token, device_code: 'nonsense' }, 'invalid_grant'],
    ] as const) {
      expect(await (await form('/link/token', wrong)).json()).toMatchObject({ error });
    }
    const second = (await (await form('/link/code', { client_id: 'mpv' })).json()) as DeviceCode;
    expect(await laptop.http('GET', `/link?userCode=${second.user_code}`)).toMatchObject({
      body: { deviceName: 'mpv' },
    });
    expect((await approve(laptop, second)).status).toBe(204);
    const answer = await form('/link/token', { ...token, device_code: second.device_code });
    const granted = (await answer.json()) as { access_token: string };
    expect(granted).toMatchObject({ token_type: 'Bearer', viewer_id: viewerId });
    const program = await server.personWith({ name: 'mpv', token: granted.access_token });
    expect(await program.http('PUT', '/resume/title:mpv', { positionMs: 42_000 })).toMatchObject({ status: 200 });
    expect(await positionOf(laptop, 'title:mpv')).toBe(42_000);
    const mpv = (await devicesOf(laptop)).find(({ name }) => name === 'mpv');
    expect(((await program.http('GET', '/resume/title:mpv')).body as ResumeEntry).device).toEqual({
      ...{ id: mpv?.id, name: 'mpv' },
    });
    expect(await (await form('/link/token', { ...token, device_code: second.device_code })).json()).toMatchObject({
      error: 'invalid_grant',
    });
    await laptop.http('DELETE', `/devices/${mpv?.id}`);
    expect((await program.http('GET', '/me')).status).toBe(401);
  });
});

describe('[ACT5] leaving', () => {
  it('an account says its password, and nothing of it is left', async () => {
    const name = newName();
    const [laptop, phone] = [browser(), browser('Phone')];
    const { viewerId } = await laptop.signUp(name);
    await phone.signIn(name);
    await put(laptop, 'title:film', 60_000);
    expect(codeOf(await laptop.http('DELETE', '/me'))).toBe('unauthenticated');
    expect(codeOf(await laptop.http('DELETE', '/me', { password: 'not the one' }))).toBe('unauthenticated');
    expect(await positionOf(laptop, 'title:film')).toBe(60_000);
    expect((await laptop.http('DELETE', '/me', { password: 'correct horse' })).status).toBe(204);
    expect(await leftOf(viewerId)).toEqual([]);
    expect(await phone.me()).toMatchObject({ account: null });
    expect((await laptop.me()).viewerId).not.toBe(viewerId);
    expect((await laptop.signIn(name)).status).toBe(401);
    // The name is free again.
    expect(await browser().signUp(name)).toMatchObject({ account: { username: name } });
  });

  it('a guest just goes', async () => {
    const guest = browser();
    const { viewerId } = await guest.me();
    await put(guest, 'title:film', 60_000);
    const { token } = guest;
    expect((await guest.http('DELETE', '/me')).status).toBe(204);
    expect(await leftOf(viewerId)).toEqual([]);
    const answer = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(401);
  });

  /** The tables in which a viewer still is, but for the note that they left. */
  async function leftOf(viewerId: string): Promise<string[]> {
    const tables = ['resume_titles', 'resume_history', 'resume_viewers', 'account_users'];
    const found = await Promise.all(
      tables.map(async (table) => {
        const { rows } = await database.run((db) =>
          db.execute(sql`select 1 from ${sql.raw(table)} where viewer_id = ${viewerId}`),
        );
        return rows.length > 0 ? [table] : [];
      }),
    );
    return found.flat();
  }
});
