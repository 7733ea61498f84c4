import type { DeviceCode, Me, ResumeEntry } from '@cowatch/shared/protocol';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { codeOf, devicesOf, positionOf, put, type TestBrowser, useAccountsWorld } from '../accounts.testing.ts';

const world = useAccountsWorld();
const { browser, newName } = world;

describe('[ACT4] linking a device', () => {
  const codeFor = async (device: TestBrowser, client_id = 'cowatch-web') =>
    (await device.http('POST', '/link/code', { client_id, device_name: 'TV' })).body as DeviceCode;

  const approve = (who: TestBrowser, { user_code: userCode }: DeviceCode) => who.http('POST', '/link/approve', { userCode });

  it('signs in whoever shows a code that somebody allows, once', async () => {
    const [laptop, tv] = [browser(), browser('TV')];
    const { viewerId } = await laptop.signUp(newName());
    const guest = await tv.me();
    await put(tv, 'title:tv', 1234);
    const code = await codeFor(tv);
    expect(code.user_code).toMatch(/^[A-Z2-9]{8}$/);
    expect(code.verification_uri).toBe(`${world.server.url}/link`);
    expect(code.verification_uri_complete).toBe(`${world.server.url}/link?code=${code.user_code}`);
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
    // Whoever reads a code off a screen gets nothing of what was watched there.
    expect(me).toMatchObject({ viewerId, device: { name: 'TV' }, formerViewerIds: [], brought: [] });
    expect(me.guest).toEqual({
      viewerId: guest.viewerId,
      titles: 1,
      last: { contentId: 'title:tv', media: null },
    });
    expect(await positionOf(laptop, 'title:tv')).toBe(404);
    expect(codeOf(await browser().http('POST', '/account/sign-in/device', { deviceCode: code.device_code }))).toBe('gone');
  });

  it('[ACT7] takes any client id of a browser, and does not ask for it again', async () => {
    const [laptop, tv] = [browser(), browser()];
    await laptop.signUp(newName());
    const code = (await tv.http('POST', '/link/code', { client_id: 'a.smart TV_0-9' })).body as DeviceCode;
    expect((await approve(laptop, code)).status).toBe(204);
    expect(await tv.http('POST', '/account/sign-in/device', { deviceCode: code.device_code })).toMatchObject({
      body: { status: 'signed_in', me: { device: { name: 'a.smart TV_0-9' } } },
    });
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
    await world.database.run((db) => db.execute(sql`update account_device_codes set expires_at = now() - interval '1 s'`));
    expect(codeOf(await approve(laptop, code))).toBe('gone');
  });

  it('a signed-in device that asks with a code is refused, and does not use it up', async () => {
    const [laptop, other, tv] = [browser(), browser(), browser('TV')];
    await laptop.signUp(newName());
    await other.signUp(newName());
    const code = await codeFor(tv);
    expect((await approve(laptop, code)).status).toBe(204);
    const ask = (who: TestBrowser) => who.http('POST', '/account/sign-in/device', { deviceCode: code.device_code });
    expect(codeOf(await ask(other))).toBe('conflict');
    expect(await devicesOf(laptop)).toHaveLength(1);
    expect(await ask(tv)).toMatchObject({ status: 200, body: { status: 'signed_in' } });
  });

  it('signs in one of those that ask with the same code at the same moment', async () => {
    const laptop = browser();
    await laptop.signUp(newName());
    const code = await codeFor(browser('TV'));
    await approve(laptop, code);
    const ask = () => browser('TV').http('POST', '/account/sign-in/device', { deviceCode: code.device_code });
    const answers = await Promise.all([ask(), ask(), ask(), ask()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410]);
    expect(await devicesOf(laptop)).toHaveLength(2);
  });

  const form = (path: string, fields: Record<string, string>) =>
    fetch(`${world.server.url}/api/v1${path}`, { method: 'POST', body: new URLSearchParams(fields) });

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
    const program = await world.server.personWith({ name: 'mpv', token: granted.access_token });
    expect(await program.http('PUT', '/resume/title:mpv', { positionMs: 42_000 })).toMatchObject({ status: 200 });
    expect(await positionOf(laptop, 'title:mpv')).toBe(42_000);
    const mpv = (await devicesOf(laptop)).find(({ name }) => name === 'mpv');
    expect(((await program.http('GET', '/resume/title:mpv')).body as ResumeEntry).device).toEqual({
      id: mpv?.id,
      name: 'mpv',
    });
    expect(await (await form('/link/token', { ...token, device_code: second.device_code })).json()).toMatchObject({
      error: 'invalid_grant',
    });
    await laptop.http('DELETE', `/devices/${mpv?.id}`);
    expect((await program.http('GET', '/me')).status).toBe(401);
  });
});
