import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../protocol.testing.ts';
import { FAILURES_FREE, FAILURES_FREE_ALL_DEVICES, LOCK_FIRST_MS, LOCK_LONGEST_MS } from './accounts.limits.ts';
import { codeOf, devicesOf, positionOf, put, type TestBrowser, useAccountsWorld } from './accounts.testing.ts';
import { lockMs } from './passwords/password.service.ts';

const world = useAccountsWorld();
const { browser, newName } = world;

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
    const stolen = await fetch(`${world.server.url}/api/v1/me`, { headers: { authorization: `Bearer ${guestToken}` } });
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
    const answers = await Promise.all([newName(), newName()].map((username) => both.http('POST', '/account', { ...again, username })));
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
    world.advance(LOCK_FIRST_MS);
    expect((await thief.signIn(name)).status).toBe(200);
    const again = browser();
    expect((await again.signIn(name, 'wrong password')).status).toBe(401);
    expect((await again.signIn(name)).status).toBe(200);
  });

  it('counts each guess of those that come at the same moment', async () => {
    const name = newName();
    await browser().signUp(name);
    const guesses = await Promise.all(Array.from({ length: 2 * FAILURES_FREE }, () => browser().signIn(name, 'wrong password')));
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(FAILURES_FREE);
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(FAILURES_FREE);
  });

  it('a lock grows, and has an end', () => {
    expect([1, FAILURES_FREE - 1].map((failures) => lockMs(failures))).toEqual([0, 0]);
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

describe('[ACT8] who is signed in and says the password once more', () => {
  const WRONG = 'wrong password';
  /** Everything that asks a signed-in device for its password; the last one leaves nothing to ask. */
  const ASKS: readonly ((who: TestBrowser, password: string) => Promise<HttpAnswer>)[] = [
    (who, password) => who.http('POST', '/account/passkeys/options', { password }),
    (who, password) => who.http('POST', '/account/password', { password, newPassword: 'correct horse' }),
    (who, password) => who.http('DELETE', '/me', { password }),
  ];
  const tries = async (times: number, one: (i: number) => Promise<HttpAnswer>) => {
    const statuses: number[] = [];
    for (let i = 0; i < times; i += 1) statuses.push((await one(i)).status);
    return statuses;
  };

  it('is not locked by strangers who guess at sign-in', async () => {
    const name = newName();
    const laptop = browser();
    await laptop.signUp(name);
    const stranger = browser();
    const guesses = await tries(FAILURES_FREE + 1, () => stranger.signIn(name, WRONG));
    expect(guesses.at(-1)).toBe(429);
    const answers = await tries(ASKS.length, (i) => ASKS[i]?.(laptop, 'correct horse') as Promise<HttpAnswer>);
    expect(answers).toEqual([200, 204, 204]);
  });

  it('waits on that device after too many wrong ones, wherever they were said, and on no other, nor at sign-in', async () => {
    const name = newName();
    const [laptop, phone, other] = [browser(), browser('Phone'), browser('Other')];
    await laptop.signUp(name);
    await phone.signIn(name);
    const ask = (i: number, password: string) => ASKS[i % ASKS.length]?.(laptop, password) as Promise<HttpAnswer>;
    expect(await tries(FAILURES_FREE, (i) => ask(i, WRONG))).toEqual(Array(FAILURES_FREE).fill(401));
    expect(await tries(ASKS.length, (i) => ask(i, 'correct horse'))).toEqual([429, 429, 429]);
    expect((await other.signIn(name)).status).toBe(200);
    expect((await ASKS[0]?.(phone, 'correct horse'))?.status).toBe(200);
    world.advance(LOCK_FIRST_MS);
    expect((await ask(0, 'correct horse')).status).toBe(200);
  });

  it('is bounded for all devices together: linking one after the other buys no more guesses', {
    timeout: 60_000,
  }, async () => {
    const name = newName();
    const laptop = browser();
    await laptop.signUp(name);
    let guesses = 0;
    for (let device = 0; device * FAILURES_FREE < FAILURES_FREE_ALL_DEVICES; device += 1) {
      const next = browser(`Device ${device}`);
      await next.signIn(name);
      const statuses = await tries(FAILURES_FREE, () => next.http('DELETE', '/me', { password: WRONG }));
      guesses += statuses.filter((status) => status === 401).length;
    }
    expect(guesses).toBe(FAILURES_FREE_ALL_DEVICES);
    expect(codeOf(await laptop.http('DELETE', '/me', { password: WRONG }))).toBe('rate_limited');
    expect(codeOf(await laptop.http('DELETE', '/me', { password: 'correct horse' }))).toBe('rate_limited');
    expect((await browser('Owner').signIn(name)).status).toBe(200);
    world.advance(LOCK_FIRST_MS);
    expect((await laptop.http('DELETE', '/me', { password: 'correct horse' })).status).toBe(204);
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
    const line = await (await world.server.personWith({ name: 'Ana', token: phone.token })).connect();
    const closed = new Promise((resolve) => line.socket.once('disconnect', resolve));
    expect((await laptop.http('DELETE', `/devices/${other?.id}`)).status).toBe(204);
    await closed;
    expect(await phone.me()).toMatchObject({ account: null, device: null });
    expect(codeOf(await phone.http('GET', '/devices'))).toBe('forbidden');
    expect(await devicesOf(laptop)).toHaveLength(1);
  });

  it('[ACT12] no two of an account are called the same, whoever came at the same moment', async () => {
    const name = newName();
    const [laptop, ...twins] = [browser(), browser('laptop'), browser(), browser()];
    await laptop.signUp(name);
    const answers = await Promise.all(twins.map((twin) => twin.signIn(name)));
    expect(answers.map(({ status, body }) => (status === 200 ? status : body))).toEqual([200, 200, 200]);
    const names = (await devicesOf(laptop)).map((device) => device.name);
    expect(new Set(names.map((one) => one.toLowerCase()))).toEqual(new Set(['laptop', 'laptop 2', 'laptop 3', 'laptop 4']));
    const own = (await laptop.me()).device;
    expect(own?.name).toBe('Laptop');
    const [other] = (await devicesOf(laptop)).filter(({ current }) => !current);
    expect((await laptop.http('PATCH', `/devices/${other?.id}`, { name: 'LAPTOP' })).body).toMatchObject({
      name: /^LAPTOP [234]$/.exec(other?.name.toUpperCase() ?? '')?.[0],
    });
    // What it is called already it may be called again.
    expect((await laptop.http('PATCH', `/devices/${own?.id}`, { name: 'Laptop' })).body).toMatchObject({
      name: 'Laptop',
    });
  });

  it('[DEV9] one that is signed in is called in every list what the account calls it', async () => {
    const laptop = browser();
    const { device } = await laptop.signUp(newName());
    const person = await world.server.personWith({ name: 'Ana', token: laptop.token });
    const [tab, other] = [await person.connect(), await person.connect()];
    const said = { id: 'browser-laptop', name: 'Firefox on Linux' };
    expect(await tab.do('device:hello', { device: said, opens: true })).toMatchObject({ name: 'Laptop' });
    const looks = () => other.do('device:hello', { device: { id: 'browser-other', name: 'Other' } });
    expect((await looks()).screens).toMatchObject([{ device: { id: said.id, name: 'Laptop' } }]);
    await laptop.http('PATCH', `/devices/${device?.id}`, { name: 'Desk' });
    expect(await tab.do('device:hello', { device: said, opens: true })).toMatchObject({ name: 'Desk' });
    expect((await looks()).screens).toMatchObject([{ device: { id: said.id, name: 'Desk' } }]);
  });

  it('that the database knows nothing of, since an older backup was restored, become guests', async () => {
    const laptop = browser();
    const { viewerId, device } = await laptop.signUp(newName());
    await world.database.run((db) => db.execute(sql`delete from account_devices where id = ${device?.id}`));
    const { token } = laptop;
    const guest = await laptop.me();
    expect(guest).toMatchObject({ account: null, device: null });
    expect(guest.viewerId).not.toBe(viewerId);
    expect((await laptop.me()).viewerId).toBe(guest.viewerId);
    const program = await world.server.personWith({ name: 'mpv', token });
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
    const answer = await fetch(`${world.server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(401);
    await laptop.signIn(name);
    expect(await positionOf(laptop, 'title:kept')).toBe(5000);
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
    const answer = await fetch(`${world.server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(401);
  });

  /** The tables in which a viewer still is, but for the note that they left. */
  async function leftOf(viewerId: string): Promise<string[]> {
    const tables = ['resume_titles', 'resume_history', 'resume_viewers', 'account_users'];
    const found = await Promise.all(
      tables.map(async (table) => {
        const { rows } = await world.database.run((db) => db.execute(sql`select 1 from ${sql.raw(table)} where viewer_id = ${viewerId}`));
        return rows.length > 0 ? [table] : [];
      }),
    );
    return found.flat();
  }
});
