import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectral from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiCaller, ApiWalk } from './openapi.testing.ts';
import { startTestServer, type TestServer } from './protocol.testing.ts';

/** Linters and the hashing of passwords do nothing but compute, and share the machine with other tests. */
const LONG = { timeout: 60_000 };

let server: TestServer;
let document: Record<string, unknown>;
beforeAll(async () => {
  server = await startTestServer();
  document = (await (await fetch(`${server.url}/openapi.json`)).json()) as typeof document;
});
afterAll(() => server.stop());

describe('[API1] the OpenAPI document', () => {
  it('has an example of every body, and no schema that says nothing of its items', () => {
    expect(JSON.stringify(document)).not.toMatch(/"items":\{\}/);
    const { paths } = document as { paths: Record<string, Record<string, { requestBody?: { content: object } }>> };
    const without = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { requestBody }]) => requestBody && !JSON.stringify(requestBody.content).includes('"example"'))
        .map(([method]) => `${method} ${path}`),
    );
    expect(without).toEqual([]);
  });

  /** The routes of a tag on which nothing went well, and what happened there. */
  const missing = (walk: ApiWalk, ...tags: string[]) =>
    [...walk.routes(tags)]
      .filter(({ route, statuses }) => !statuses.some((status) => status < '300' && walk.seen.has(`${route} ${status}`)))
      .map(({ route }) => ({ route, seen: [...walk.seen].filter((one) => one.startsWith(`${route} `)) }));

  it('is what the server answers, on every route of parties and media', async () => {
    const walk = new ApiWalk(server.url, document);
    await walkParties(walk);
    expect(missing(walk, 'parties', 'media')).toEqual([]);
  });

  it('is what the server answers, on every route of resume', async () => {
    const walk = new ApiWalk(server.url, document);
    await walkResume(walk.caller());
    expect(missing(walk, 'resume')).toEqual([]);
  });

  it('is what the server answers, on every route of accounts', LONG, async () => {
    const walk = new ApiWalk(server.url, document);
    await walkAccounts(walk);
    // These wait for the answer of an authenticator, or for a passkey that one has made.
    expect(missing(walk, 'accounts').map(({ route }) => route)).toEqual([
      'post /account/sign-in/passkey',
      'post /account/passkeys',
      'delete /account/passkeys/{id}',
    ]);
  });

  it('is what the server answers who keep their token themselves', LONG, async () => {
    await walkTokens(new ApiWalk(server.url, document));
  });

  // Last: they hold the process for seconds, and with it the server that is asked above.
  it('has nothing that Spectral finds fault with', LONG, async () => {
    const linter = new spectral.Spectral();
    const { oas } = rulesets as unknown as { readonly oas: spectral.RulesetDefinition };
    linter.setRuleset({ extends: [oas] });
    const found = await linter.run(JSON.stringify(document));
    expect(found.map(({ code, path, message }) => `${code} ${path.join('.')}: ${message}`)).toEqual([]);
  });

  it('has nothing that Redocly finds fault with', LONG, async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const found = await lintFromString({ source: JSON.stringify(document), absoluteRef: 'openapi.json', config });
    expect(found.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`)).toEqual([]);
  });
});

async function walkParties(walk: ApiWalk): Promise<void> {
  const [ana, ben] = [walk.caller(), walk.caller()];
  await ana.call('get', '/me');
  const { body } = await ana.call('post', '/sessions', {
    media: { titleId: 'sample' },
    name: 'Friday',
    control: 'hosts',
  });
  const path = `/sessions/${body.id}`;
  await ben.call('get', path);
  await ben.call('get', path, undefined, { authorization: 'Bearer wrong' });
  await ben.call('get', '/sessions/nothing');
  await ben.call('get', '/me');
  await ben.call('delete', path);
  await ben.call('delete', path, undefined, { origin: 'https://elsewhere.example' });
  await walkSubtitles(ana, ben, path);
  await ana.call('delete', path);
  await ana.call('get', path);
  await ana.call('delete', path);
  for (const media of [{}, { url: 'nothing' }, { titleId: 'nothing' }]) await ana.call('post', '/sessions', { media });
  await ana.call('post', '/sessions', JSON.stringify({ media: { url: 'x'.repeat(70_000) } }));
  await ana.call('post', '/sessions', '<media/>', { 'content-type': 'text/xml' });
  await ana.call('get', '/media?url=youtu.be/aqz-KE-bpKQ');
  await ana.call('get', '/media?titleId=nothing');
  await ana.call('get', '/media/look?url=a.example/a.mp4');
  await ana.call('get', '/media/look');
  await ana.call('get', '/media');
  await walkPictures(ana);
}

async function walkPictures(ana: ApiCaller): Promise<void> {
  const frame = await sharp({ create: { width: 64, height: 36, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
  const path = '/titles/picture?id=url:frame';
  const jpeg = { 'content-type': 'image/jpeg' };
  await ana.call('get', path);
  await ana.call('put', path, frame, jpeg);
  await ana.call('get', path);
  await ana.call('put', path, Buffer.from('nothing at all'), jpeg);
  await ana.call('put', path, { no: 'picture' });
  await ana.call('put', '/titles/picture?id=title:sample', frame, jpeg);
  await ana.call('put', `${path}&session=${'x'.repeat(22)}`, frame, jpeg);
  await ana.call('get', '/titles/picture');
}

async function walkSubtitles(ana: ApiCaller, ben: ApiCaller, party: string): Promise<void> {
  const path = `${party}/subtitles`;
  const text = 'WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n';
  const file = { opId: 'op-ananas', name: 'Ana', mediaId: 'title:sample', label: 'English', text };
  const { body } = await ana.call('post', path, file);
  await ana.call('get', party);
  await ben.call('get', `${path}/${body.id}`);
  await ben.call('get', `${path}/nothing`);
  await ben.call('post', path, file);
  await ben.call('delete', `${path}/${body.id}`);
  await ana.call('post', path, { ...file, opId: 'op-banana', mediaId: 'yt:aqz-KE-bpKQ' });
  await ana.call('post', path, { ...file, opId: 'op-cherry', text: 'nothing' });
  await ana.call('post', path, { ...file, opId: 'op-damson', text: text.padEnd(600_000) });
  await ana.call('delete', `${path}/${body.id}`);
  await ana.call('delete', `${path}/${body.id}`);
}

async function walkResume(caller: ApiCaller): Promise<void> {
  const { viewerId } = (await caller.call('get', '/me')).body;
  const device = { id: 'test-device', name: 'Test' };
  const nowMs = Date.now();
  const item = {
    contentId: 'a',
    committed: true,
    intentAtMs: nowMs - 1000,
    sittingId: '1'.repeat(32),
    seq: 1,
    positionMs: 400_000,
    durationMs: 600_000,
    watchedMs: 400_000,
    state: 'active',
    previousPositionMs: null,
    savedAtMs: nowMs - 1000,
    media: { url: 'https://a.example/a.mp4', title: 'A' },
  };
  const items = [item, { ...item, seq: 0 }, { ...item, intentAtMs: nowMs + 60_000 }, { ...item, savedAtMs: 0 }, 'nothing'];
  await caller.call('post', '/resume/batch', { viewerId, device, items });
  await caller.call('post', '/resume/batch', { viewerId: 'A'.repeat(22), device, items });
  await caller.call('put', '/resume/b', { positionMs: 1.5, durationMs: 600_000.5, media: null });
  await caller.call('put', '/resume/b', { positionMs: -1 });
  await caller.call('put', '/resume/b', { positionMs: 900_000, durationMs: 600_000 });
  for (const id of ['a', 'b', 'nothing', encodeURIComponent('yt:🎬/?#')]) await caller.call('get', `/resume/${id}`);
  await caller.call('get', '/resume?id=a&id=b&id=nothing');
  await caller.call('get', '/resume');
  await caller.call('get', '/continue?limit=5');
  await caller.call('get', '/continue?limit=0');
  for (const verb of ['watched', 'unwatched', 'hide', 'unhide']) {
    await caller.call('post', `/resume/a/${verb}`);
    await caller.call('post', `/resume/nothing/${verb}`);
  }
  await caller.call('post', '/resume/a/watched', { device });
  await caller.call('get', '/history?limit=1');
  await caller.call('get', '/history?after=nothing');
  await caller.call('patch', '/history', { paused: true });
  await caller.call('post', '/exports');
  await caller.call('delete', '/resume/a');
  await caller.call('delete', '/history');
}

/** Somebody new with each request, who keeps their token themselves. */
async function walkTokens(walk: ApiWalk): Promise<void> {
  const device = { id: 'test-device', name: 'Test' };
  for (const [method, path, body] of [
    ['get', '/me'],
    ['post', '/sessions', { media: { titleId: 'sample' } }],
    ['put', '/resume/a', { positionMs: 1 }],
    ['post', '/resume/a/watched', { device }],
    ['patch', '/history', { paused: false }],
    ['post', '/account', { username: 'Keeps_Token', password: 'correct horse battery', deviceName: 'Page' }],
    ['post', '/account/sign-in', { username: 'Keeps_Token', password: 'correct horse battery', deviceName: 'Page' }],
  ] as const) {
    const { body: answer } = await walk.caller().call(method, path, body, { prefer: 'token' });
    expect([path, answer.token]).toEqual([path, expect.any(String)]);
  }
}

async function walkAccounts(walk: ApiWalk): Promise<void> {
  const [ana, tv, guest] = [walk.caller(), walk.caller(), walk.caller()];
  const who = { username: 'Ana_Walks', password: 'correct horse battery' };
  await guest.call('get', '/me');
  await guest.call('post', '/exports');
  for (const path of ['/devices', '/account/passkeys', '/link?userCode=ABCD2345']) await guest.call('get', path);
  await ana.call('post', '/account', { ...who, deviceName: 'Laptop' });
  await guest.call('post', '/account', { ...who, deviceName: 'Laptop' });
  await guest.call('post', '/account/sign-in', { ...who, password: 'wrong', deviceName: 'Phone' });
  await tv.call('post', '/account/sign-in', { ...who, deviceName: 'TV' });
  await ana.call('get', '/me');
  await walkGuest(walk, who);
  const { devices } = (await ana.call('get', '/devices')).body as { devices: { id: string; current: boolean }[] };
  const other = devices.find(({ current }) => !current)?.id;
  await ana.call('patch', `/devices/${other}`, { name: 'Television' });
  await ana.call('patch', '/devices/nothing', { name: 'Television' });
  await ana.call('delete', `/devices/${other}`);
  await ana.call('delete', `/devices/${other}`);
  await ana.call('delete', '/devices');
  await ana.call('post', '/account/password', { password: who.password, newPassword: 'another good one' });
  await ana.call('get', '/account/passkeys');
  await ana.call('post', '/account/passkeys/options', { password: 'another good one' });
  await ana.call('post', '/account/passkeys', { response: { id: 'x', type: 'public-key' }, name: 'Key' });
  await ana.call('delete', '/account/passkeys/nothing');
  await guest.call('post', '/account/sign-in/passkey/options');
  const response = { id: 'x', type: 'public-key' };
  await guest.call('post', '/account/sign-in/passkey', { response, deviceName: 'Phone' });
  await walkLink(ana, walk.caller());
  await ana.call('post', '/exports');
  await tv.call('post', '/account/sign-in', { ...who, password: 'another good one', deviceName: 'TV' });
  await tv.call('post', '/account/sign-out');
  await ana.call('delete', '/me', { password: 'wrong' });
  await ana.call('delete', '/me', { password: 'another good one' });
  await guest.call('delete', '/me');
}

/** What was watched in a browser comes along, and goes out again. */
async function walkGuest(walk: ApiWalk, who: object): Promise<void> {
  const browser = walk.caller();
  const { viewerId } = (await browser.call('get', '/me')).body;
  await browser.call('put', '/resume/b', { positionMs: 1, durationMs: 600_000 });
  await browser.call('post', '/account/guest/bring');
  await browser.call('post', '/account/sign-in', { ...who, deviceName: 'Browser' });
  await browser.call('get', '/me');
  await browser.call('post', '/account/guest/bring');
  await browser.call('get', '/me');
  await browser.call('post', '/account/guest/undo', { viewerId });
  await browser.call('post', '/account/guest/undo', { viewerId: 'A'.repeat(22) });
  await browser.call('post', '/account/guest/undo', {});
  await browser.call('post', '/account/sign-out');
}

async function walkLink(ana: ApiCaller, program: ApiCaller): Promise<void> {
  const codeFor = async () => (await program.call('post', '/link/code', { client_id: 'walk', device_name: 'Box' })).body;
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  const [first, second, third, fourth] = [await codeFor(), await codeFor(), await codeFor(), await codeFor()];
  const redeem = ({ device_code }: typeof first) => program.call('post', '/link/token', { grant_type, device_code, client_id: 'walk' });
  await redeem(first);
  await program.call('post', '/link/token', {});
  await program.call('post', '/account/sign-in/device', { deviceCode: second.device_code });
  await ana.call('get', `/link?userCode=${first.user_code}`);
  await ana.call('get', '/link?userCode=ABCD2345');
  await ana.call('get', '/link?userCode=x');
  for (const { user_code: userCode } of [first, fourth]) await ana.call('post', '/link/approve', { userCode });
  await ana.call('post', '/link/approve', { userCode: first.user_code });
  await ana.call('post', '/link/deny', { userCode: third.user_code });
  await program.call('post', '/account/sign-in/device', { deviceCode: third.device_code });
  // Asked for the first time: who asks again is told to wait.
  const form = new URLSearchParams({ grant_type, device_code: String(fourth.device_code), client_id: 'walk' });
  await program.call('post', '/link/token', `${form}`, { 'content-type': 'application/x-www-form-urlencoded' });
}
