import type { KnockList, Me, SessionInfo } from '@cowatch/shared/protocol';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { codeOf, devicesOf, positionOf, put, type TestBrowser, useAccountsWorld } from '../accounts.testing.ts';
import { GUEST_COOKIE } from '../tokens/credentials.ts';

const world = useAccountsWorld();
const { browser, newName } = world;

/** An account on a device of its own. */
async function newAccount() {
  const [name, own] = [newName(), browser()];
  const { viewerId } = await own.signUp(name);
  return { name, own, viewerId };
}

/** A laptop that somebody watched something on, as a guest. */
async function watchedLaptop() {
  const laptop = browser('A laptop');
  const guest = await laptop.me();
  await put(laptop, 'title:film', 60_000);
  return { laptop, guest };
}

describe('[ACT2] signing in takes nothing of the guest of that browser', () => {
  it('who is put aside, and back when it is signed out', async () => {
    const [{ name, own, viewerId }, { laptop, guest }] = [await newAccount(), await watchedLaptop()];
    const { body } = await laptop.signIn(name);
    const last = { contentId: 'title:film', media: null };
    expect(body).toMatchObject({ viewerId, guest: { viewerId: guest.viewerId, titles: 1, last }, formerViewerIds: [] });
    expect(await laptop.me()).toEqual(body);
    expect(await positionOf(laptop, 'title:film')).toBe(404);
    expect((await own.me()).guest).toBeNull();
    await laptop.http('POST', '/account/sign-out');
    expect(await laptop.me()).toEqual(guest);
    expect(await positionOf(laptop, 'title:film')).toBe(60_000);
    // And so for the next one.
    const next = await newAccount();
    expect((await laptop.signIn(next.name)).body).toMatchObject({ guest: { viewerId: guest.viewerId } });
  });

  it('who is back also when it is signed out from elsewhere, or the account is erased', async () => {
    const [{ name, own }, { laptop, guest }] = [await newAccount(), await watchedLaptop()];
    await laptop.signIn(name);
    const device = (await devicesOf(own)).find(({ current }) => !current);
    await own.http('DELETE', `/devices/${device?.id}`);
    expect(await laptop.me()).toEqual(guest);
    await laptop.signIn(name);
    await laptop.http('DELETE', '/me', { password: 'correct horse' });
    expect(await laptop.me()).toEqual(guest);
    expect(await positionOf(laptop, 'title:film')).toBe(60_000);
  });

  it('who is back also where the database knows nothing of the device, since an older backup was restored', async () => {
    const [{ name }, { laptop, guest }] = [await newAccount(), await watchedLaptop()];
    const { device } = (await laptop.signIn(name)).body as Me;
    await world.database.run((db) => db.execute(sql`delete from account_devices where id = ${device?.id}`));
    expect(await laptop.me()).toEqual(guest);
    expect(await laptop.me()).toEqual(guest);
  });

  it('nor does making an account there, where it is said that the guest is somebody else', async () => {
    const { laptop, guest } = await watchedLaptop();
    const friend = { username: newName(), password: 'correct horse', deviceName: 'A laptop', bringGuest: false };
    const { body } = await laptop.http('POST', '/account', friend);
    expect((body as Me).viewerId).not.toBe(guest.viewerId);
    expect(body).toMatchObject({ guest: { viewerId: guest.viewerId, titles: 1 } });
    expect(await positionOf(laptop, 'title:film')).toBe(404);
    await laptop.http('POST', '/account/sign-out');
    expect(await laptop.me()).toEqual(guest);
  });

  it('whoever takes the guest’s cookie for a token of their own gets nowhere', async () => {
    const [{ name }, { laptop }] = [await newAccount(), await watchedLaptop()];
    await laptop.signIn(name);
    for (const wrong of ['', 'v1.x.y', laptop.token, 'v1.AAAAAAAAAAAAAAAAAAAAAA.x']) {
      laptop.cookies.set(GUEST_COOKIE, wrong);
      expect((await laptop.me()).guest).toBeNull();
      expect(codeOf(await laptop.http('POST', '/account/guest/bring'))).toBe('not_found');
    }
  });
});

describe('[ACT9] bringing the guest of a browser along', () => {
  it('joins what the account has: the later gesture holds, and the guest’s token counts no more', async () => {
    const { name, own, viewerId } = await newAccount();
    await put(own, 'title:film', 10_000);
    await put(own, 'title:own', 20_000);
    const { laptop, guest } = await watchedLaptop();
    const guestToken = laptop.token;
    await laptop.signIn(name);
    const answer = await laptop.http('POST', '/account/guest/bring');
    expect(answer).toMatchObject({
      status: 202,
      body: { viewerId, formerViewerIds: [guest.viewerId], guest: null, brought: [{ viewerId: guest.viewerId }] },
    });
    const me = await laptop.settled();
    expect(me.brought).toMatchObject([{ state: 'brought', moved: 1, total: 1 }]);
    expect((await own.me()).brought).toEqual(me.brought);
    expect(await positionOf(own, 'title:film')).toBe(60_000);
    expect(await positionOf(own, 'title:own')).toBe(20_000);
    const late = await fetch(`${world.server.url}/api/v1/resume/title:film`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${guestToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ positionMs: 99_000 }),
    });
    expect(late.status).toBe(401);
    // A second press changes nothing.
    expect((await laptop.http('POST', '/account/guest/bring')).status).toBe(202);
    await laptop.http('POST', '/account/sign-out');
    expect((await laptop.me()).viewerId).not.toBe(guest.viewerId);
  });

  it('goes on when the device signs out, is another account’s to ask for no more, and is for those who are signed in', async () => {
    const [ana, ben, { laptop, guest }] = [await newAccount(), await newAccount(), await watchedLaptop()];
    expect(codeOf(await laptop.http('POST', '/account/guest/bring'))).toMatch(/unauthenticated|forbidden/);
    await laptop.signIn(ana.name);
    const cookie = laptop.cookies.get(GUEST_COOKIE) ?? '';
    await laptop.http('POST', '/account/guest/bring');
    await laptop.http('POST', '/account/sign-out');
    await laptop.signIn(ben.name);
    expect((await laptop.me()).formerViewerIds).toEqual([]);
    laptop.cookies.set(GUEST_COOKIE, cookie);
    expect(codeOf(await laptop.http('POST', '/account/guest/bring'))).toBe('conflict');
    expect(codeOf(await laptop.http('POST', '/account/guest/undo', { viewerId: guest.viewerId }))).toBe('not_found');
    await ana.own.settled();
    expect(await positionOf(ana.own, 'title:film')).toBe(60_000);
    expect(await positionOf(ben.own, 'title:film')).toBe(404);
  });

  it('is asked for at sign-in by programs, which have no browser that would ask', async () => {
    const [{ name, own }, { laptop: program }] = [await newAccount(), await watchedLaptop()];
    const answer = await fetch(`${world.server.url}/api/v1/account/sign-in`, {
      method: 'POST',
      headers: { authorization: `Bearer ${program.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ username: name, password: 'correct horse', deviceName: 'mpv', bringGuest: true }),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie().join()).not.toContain(GUEST_COOKIE);
    await own.settled();
    expect(await positionOf(own, 'title:film')).toBe(60_000);
  });

  it('is refused at sign-in where that guest is another account’s, before anything changes', async () => {
    const [ana, ben, { laptop, guest }] = [await newAccount(), await newAccount(), await watchedLaptop()];
    // Merged elsewhere a moment ago: this server has not heard of it yet.
    await world.database.run((db) =>
      db.execute(sql`insert into account_departures (viewer_id, to_viewer_id, at_ms) values (${guest.viewerId}, ${ana.viewerId}, 1)`),
    );
    expect(codeOf(await laptop.signIn(ben.name, 'correct horse', { bringGuest: true }))).toBe('conflict');
    expect(await devicesOf(ben.own)).toHaveLength(1);
    expect((await ben.own.me()).formerViewerIds).toEqual([]);
    expect(await laptop.me()).toEqual(guest);
    // Without the guest they may.
    expect((await laptop.signIn(ben.name)).status).toBe(200);
    expect(await devicesOf(ben.own)).toHaveLength(2);
  });

  it('takes a batch that names the guest who came, and of no other, nor before or once they are out again', async () => {
    const [{ name, own }, { laptop, guest }] = [await newAccount(), await watchedLaptop()];
    await laptop.signIn(name);
    const stranger = await browser().me();
    const item = {
      contentId: 'title:plane',
      committed: true,
      intentAtMs: Math.floor(world.nowMs()) - 5000,
      seq: 1,
      sittingId: 'a'.repeat(32),
      positionMs: 77_000,
      durationMs: 3_600_000,
      watchedMs: 60_000,
      state: 'active',
      previousPositionMs: null,
      savedAtMs: Math.floor(world.nowMs()) - 1000,
    };
    const save = (viewerId: string) =>
      laptop.http('POST', '/resume/batch', { viewerId, device: { id: 'device-1', name: 'A laptop' }, items: [item] });
    expect(await save(guest.viewerId)).toMatchObject({ status: 403 });
    await laptop.bring();
    expect(await save(stranger.viewerId)).toMatchObject({ status: 403 });
    expect(await save(guest.viewerId)).toMatchObject({ body: { answers: [{ outcome: 'applied' }] } });
    expect(await positionOf(own, 'title:plane')).toBe(77_000);
    // From the moment on in which they are out they are offered again.
    expect((await laptop.undo(guest.viewerId)).guest).toMatchObject({ viewerId: guest.viewerId });
    expect(await save(guest.viewerId)).toMatchObject({ status: 403 });
  });

  it('[ACT6] brings along the roles that the guest had in parties, and nobody else’s; undone they go back', async () => {
    const [{ name, own }, phone] = [await newAccount(), browser('Phone')];
    const guest = await phone.me();
    const { id: sessionId } = (await phone.http('POST', '/sessions', { media: { titleId: 'sample' } })).body as SessionInfo;
    const join = async (who: TestBrowser, as: string) => {
      const client = await (await world.server.personWith({ name: as, token: who.token })).connect();
      return { client, ...(await client.do('session:join', { sessionId, name: as })) };
    };
    const owner = await join(phone, 'Ana');
    expect(owner.you.role).toBe('owner');
    const [bens, stranger] = [browser('Ben'), browser('Stranger')];
    await bens.me();
    const ben = await join(bens, 'Ben');
    await stranger.signUp(newName());
    await phone.signIn(name);
    expect((await join(phone, 'Ana')).you.role).toBe('member');
    await phone.bring();
    expect((await join(stranger, 'Cleo')).you.role).toBe('member');
    const again = await join(phone, 'Ana');
    expect(again.you).toMatchObject({ role: 'owner', memberId: again.access.ownerId });
    expect(again.you.memberId).not.toBe(owner.you.memberId);
    expect(await ben.client.next('session:changed')).toMatchObject({ access: { ownerId: again.you.memberId } });
    expect((await join(own, 'Ana')).you).toEqual(again.you);

    await phone.undo(guest.viewerId);
    await phone.http('POST', '/account/sign-out');
    await phone.me();
    const elsewhere = await (await world.server.personWith({ name: 'Ana', token: own.token })).connect();
    expect((await elsewhere.do('session:join', { sessionId, name: 'Ana' })).you.role).toBe('owner');
    // Once nobody of the account is there any more.
    const device = (await devicesOf(own)).find(({ current }) => current);
    await own.http('DELETE', `/devices/${device?.id}`);
    await expect.poll(async () => (await join(phone, 'Ana')).you).toEqual(owner.you);
  });

  it('[MOD7] brings along what the guest was shut out for, until a host lifts it, once', async () => {
    const host = await world.server.person('Host');
    const { id: sessionId } = await host.createSession();
    const runs = await host.join(sessionId);
    const connect = async (who: TestBrowser) => (await world.server.personWith({ name: 'Ben', token: who.token })).connect();
    const reasonAt = async (client: Awaited<ReturnType<typeof connect>>) => {
      const answer = await client.raw('session:join', { sessionId, name: 'Ben' });
      return answer.ok ? 'in' : answer.error.reason;
    };
    const [{ name }, phone] = [await newAccount(), browser('Phone')];
    const guest = await phone.me();
    const ben = (await (await connect(phone)).join(sessionId)).you.memberId;
    await runs.session(sessionId, { kind: 'kick', memberId: ben });
    await phone.signIn(name);
    await phone.bring();
    const knocks = await connect(phone);
    expect(await reasonAt(knocks)).toBe('knock');
    const { waiting } = await runs.next<KnockList>('session:knock', (list) => list.waiting.length === 1);
    const account = waiting[0]?.memberId ?? '';
    await runs.session(sessionId, { kind: 'admit', memberId: account, admit: true });
    expect([await reasonAt(knocks), await reasonAt(await connect(phone))]).toEqual(['in', 'in']);

    await runs.session(sessionId, { kind: 'ban', memberId: account, address: false });
    expect(await reasonAt(await connect(phone))).toBe('not_open');
    await runs.session(sessionId, { kind: 'unban', memberId: account });
    expect(await reasonAt(await connect(phone))).toBe('in');
    await runs.session(sessionId, { kind: 'mute', memberId: account, muted: true });
    await phone.undo(guest.viewerId);
    await phone.http('POST', '/account/sign-out');
    await phone.me();
    const again = await (await connect(phone)).join(sessionId);
    expect([again.you.memberId, again.access.mutedIds]).toEqual([ben, [account, ben]]);
  });
});

describe('[ACT10] undoing it', () => {
  it('gives the account and the guest what they had, and that browser its guest when it is signed out', async () => {
    const { name, own } = await newAccount();
    await put(own, 'title:film', 10_000);
    const { laptop, guest } = await watchedLaptop();
    await put(laptop, 'title:other', 80_000);
    await laptop.signIn(name);
    await laptop.bring();
    expect(await positionOf(own, 'title:film')).toBe(60_000);
    await put(own, 'title:mine', 5000);
    const me = await own.undo(guest.viewerId);
    expect(me).toMatchObject({ formerViewerIds: [], brought: [] });
    expect(await positionOf(own, 'title:film')).toBe(10_000);
    expect(await positionOf(own, 'title:other')).toBe(404);
    expect(await positionOf(own, 'title:mine')).toBe(5000);
    expect((await laptop.me()).guest).toMatchObject({ viewerId: guest.viewerId, titles: 2 });
    await laptop.http('POST', '/account/sign-out');
    expect(await laptop.me()).toEqual(guest);
    expect(await positionOf(laptop, 'title:film')).toBe(60_000);
    expect(await positionOf(laptop, 'title:other')).toBe(80_000);
  });

  it('is the account’s own, strict in what it takes, and nothing once the account is gone', async () => {
    const [{ name, own }, ben, { laptop, guest }] = [await newAccount(), await newAccount(), await watchedLaptop()];
    const undo = (who: TestBrowser, body: object = { viewerId: guest.viewerId }) => who.http('POST', '/account/guest/undo', body);
    await laptop.signIn(name);
    await laptop.bring();
    expect(codeOf(await undo(ben.own))).toBe('not_found');
    for (const body of [{}, { viewerId: '' }, { viewerId: guest.viewerId, admin: true }, { viewerId: 1 }]) {
      expect(codeOf(await undo(own, body))).toBe('bad_request');
    }
    await own.http('DELETE', '/me', { password: 'correct horse' });
    expect(codeOf(await undo(own))).toMatch(/unauthenticated|forbidden/);
    expect(codeOf(await undo(laptop))).toMatch(/unauthenticated|forbidden/);
    expect((await laptop.me()).viewerId).not.toBe(guest.viewerId);
    expect(await positionOf(laptop, 'title:film')).toBe(404);
  });
});
