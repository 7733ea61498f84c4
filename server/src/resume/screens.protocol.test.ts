import type { DeviceAnswer, DeviceOrder, DevicePlayingSaid } from '@cowatch/shared/protocol';
import type { DeviceScreen } from '@cowatch/shared/resume';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../platform/clock/manual-clock.testing.ts';
import { type Person, type RawClient, startTestServer, type TestServer } from '../protocol.testing.ts';

// Devices of one viewer that know of each other, and tell each other what to do; sockets and server are real.

const TV = { id: 'device-tv', name: 'TV' };
const PHONE = { id: 'device-phone', name: 'Phone' };
const FILM = { contentId: 'title:film', media: { url: 'https://example.org/film.mp4', title: 'Friday film' } };
const PAUSE: DeviceOrder = { opId: 'op-pause-1', action: { kind: 'pause' } };

let clock: ManualClock;
let server: TestServer;
let ana: Person;
let tv: RawClient;
let phone: RawClient;
beforeAll(async () => {
  clock = new ManualClock();
  server = await startTestServer({ clock });
});
afterAll(() => server.stop());
beforeEach(async () => {
  ana = await server.person('Ana');
  [tv, phone] = [await ana.connect(), await ana.connect()];
});

const film = (changed: Partial<DevicePlayingSaid> = {}): DevicePlayingSaid => ({
  ...FILM,
  positionMs: 60_000,
  durationMs: 3_600_000,
  paused: false,
  ...changed,
});
const plays = (client: RawClient, playing: DevicePlayingSaid | null = film(), device = TV) =>
  client.do('device:hello', { device, playing });
const looks = (client: RawClient = phone) => client.do('device:hello', { device: PHONE, opens: true });
const changed = (client: RawClient, isWanted: (screen: DeviceScreen) => boolean = () => true) =>
  client.next<DeviceScreen>('device:changed', isWanted);
const playingNow = () => ({ ...film(), blocked: false, live: false, rate: 1, atMs: Math.floor(clock.nowMs()) });

/** What a device answers to whatever it is told; returns what it was told. */
function obeys(client: RawClient, answer: unknown = { ok: true, data: { playing: playingNow() } }): DeviceOrder[] {
  const orders: DeviceOrder[] = [];
  client.socket.on('device:command', (order: DeviceOrder, ack: (answer: unknown) => void) => {
    orders.push(order);
    if (answer !== undefined) ack(answer);
  });
  return orders;
}
const pause = (client: RawClient = phone, deviceId = TV.id) => client.ask('device:command', { deviceId, ...PAUSE });

describe('[DEV1] a device says what it plays', () => {
  it('and whoever of the viewer comes later is told, as of the moment in which it was so', async () => {
    const nowMs = Math.floor(clock.nowMs());
    expect(await plays(tv, film({ atMs: nowMs - 5000, rate: 1.5 }))).toMatchObject({ screens: [] });
    const { screens } = await looks();
    expect(screens).toEqual([
      {
        screenId: tv.socket.id,
        device: TV,
        opens: false,
        saidAtMs: expect.any(Number),
        playing: { ...playingNow(), atMs: nowMs - 5000, rate: 1.5 },
      },
    ]);
  });

  it('without a time it is so when the server hears of it, and nobody is ahead of that', async () => {
    await plays(tv, film({ atMs: Math.floor(clock.nowMs()) + 60_000 }));
    expect((await looks()).screens[0]?.playing).toEqual(playingNow());
    await plays(tv);
    expect((await looks()).screens[0]?.playing).toEqual(playingNow());
  });
});

describe('[DEV2] the others of the same viewer', () => {
  it('hear of each change, and when it is gone; a stranger hears nothing', async () => {
    const stranger = await (await server.person('Ben')).connect();
    for (const client of [phone, stranger]) await looks(client);
    // What everybody is told after a connect.
    stranger.forget();
    await plays(tv);
    expect(await changed(phone)).toMatchObject({ screenId: tv.socket.id, device: TV, playing: { positionMs: 60_000 } });
    await plays(tv, film({ paused: true, positionMs: 61_000 }));
    await changed(phone, ({ playing }) => playing?.paused === true);
    const { id } = tv.socket;
    tv.socket.close();
    await phone.next('device:changed', (change: { gone?: true }) => change.gone === true);
    expect(phone.all('device:changed').at(-1)).toEqual({ screenId: id, gone: true });
    expect((await looks()).screens).toEqual([]);
    expect((await looks(stranger)).screens).toEqual([]);
    expect((await stranger.caughtUp()).all('device:changed')).toEqual([]);
  });

  it('are not told the same twice', async () => {
    await looks();
    const playing = film({ atMs: Math.floor(clock.nowMs()) });
    for (let i = 0; i < 3; i += 1) await plays(tv, playing);
    await phone.caughtUp();
    expect(phone.all('device:changed')).toHaveLength(1);
  });

  it('do not see one that only listens, nor one that has stopped saying that it can be told anything', async () => {
    await looks();
    await tv.do('device:hello', { device: TV });
    await phone.caughtUp();
    expect(phone.all('device:changed')).toEqual([]);
    await plays(tv);
    await plays(tv, null);
    await phone.next('device:changed', (change: { gone?: true }) => change.gone === true);
    expect((await looks()).screens).toEqual([]);
  });

  it('are twenty at most, and who comes then is let be', async () => {
    for (let i = 0; i < 21; i += 1) await looks(await ana.connect());
    expect((await looks()).screens).toHaveLength(20);
    await phone.caughtUp();
    expect((await plays(tv)).viewerId).toBe(ana.viewerId);
    expect((await looks()).screens.map(({ device }) => device.id)).not.toContain(TV.id);
  });
});

describe('[DEV3] a command', () => {
  it('goes to the device, which answers with what it plays then', async () => {
    await plays(tv);
    const orders = obeys(tv);
    expect(await phone.do('device:command', { deviceId: TV.id, ...PAUSE })).toEqual({ playing: playingNow() });
    expect(orders).toEqual([PAUSE]);
  });

  it('of two tabs of one device to the one that plays', async () => {
    const tab = await ana.connect();
    await plays(tv);
    await plays(tab, film({ paused: true }));
    await tab.do('device:hello', { device: TV, opens: true });
    const [orders, others] = [obeys(tv), obeys(tab)];
    expect((await pause()).ok).toBe(true);
    expect([orders.length, others.length]).toEqual([1, 0]);
  });

  it('is told back as the device refuses it', async () => {
    await plays(tv);
    const error = { code: 'forbidden' as const, message: 'Only hosts may do that.' };
    obeys(tv, { ok: false, error } satisfies DeviceAnswer);
    expect(await pause()).toEqual({ ok: false, error });
  });

  it('to a device that is not online is not found, and so is one of somebody else', async () => {
    expect(await pause()).toMatchObject({ ok: false, error: { code: 'not_found' } });
    const stranger = await (await server.person('Ben')).connect();
    await plays(stranger, film(), { id: 'device-ben', name: 'TV' });
    await plays(tv);
    const orders = [obeys(stranger), obeys(tv)];
    expect(await pause(phone, 'device-ben')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(await pause(stranger)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    tv.socket.close();
    await looks();
    await expect.poll(async () => (await looks()).screens.length).toBe(0);
    expect(await pause()).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(orders).toEqual([[], []]);
  });

  it('to a device that gives no answer, or none that can be understood, is unavailable', async () => {
    await plays(tv);
    expect(await pause()).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    for (const nonsense of [null, 'ok', { ok: true }, { ok: true, data: { playing: null, more: 1 } }]) {
      tv.socket.off('device:command');
      obeys(tv, nonsense);
      expect(await pause()).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    }
    tv.socket.off('device:command');
    obeys(tv, { ok: false, error: { code: 'not_found', message: 'I am not here.' } });
    expect(await pause()).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  });
});

describe('[DEV4] what is wrong, or too much', () => {
  const base = { deviceId: TV.id, ...PAUSE };
  it.each([
    [{ ...base, extra: 1 }],
    [{ ...base, deviceId: '' }],
    [{ ...base, opId: 'x' }],
    [{ ...base, action: { kind: 'explode' } }],
    [{ ...base, action: { kind: 'pause', viewerId: 'x' } }],
    [{ ...base, action: { kind: 'seek', positionMs: -1 } }],
    [{ ...base, action: { kind: 'open', contentId: '', media: null, positionMs: 0 } }],
    [null],
  ])('a command like %j reaches nobody', async (message) => {
    await plays(tv);
    const orders = obeys(tv);
    expect(await phone.raw('device:command', message)).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    await tv.caughtUp();
    expect(orders).toEqual([]);
  });

  it.each(['', '   ', '\u200b\u200b', 'x'.repeat(61), 7, null])('a name like %j reaches nobody', async (name) => {
    await plays(tv);
    const orders = obeys(tv);
    const message = { ...base, action: { kind: 'rename', name } };
    expect(await phone.raw('device:command', message)).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    await tv.caughtUp();
    expect(orders).toEqual([]);
  });

  it.each([
    [{ device: TV, playing: { ...FILM } }],
    [{ device: TV, playing: { ...film(), positionMs: -1 } }],
    [{ device: TV, playing: { ...film(), rate: 100 } }],
    [{ device: TV, playing: { ...film(), viewerId: 'x' } }],
    [{ device: TV, opens: 'yes' }],
  ])('a hello like %j is not heard', async (message) => {
    await looks();
    expect(await tv.raw('device:hello', message)).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    expect((await looks()).screens).toEqual([]);
  });

  it('comes to an end: ten commands at once, then three a second', async () => {
    await plays(tv);
    const orders = obeys(tv);
    const answers = await Promise.all(Array.from({ length: 11 }, () => pause()));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(10);
    expect(answers.at(-1)).toMatchObject({
      ok: false,
      error: { code: 'rate_limited', retryAfterMs: expect.any(Number) },
    });
    expect(orders).toHaveLength(10);
    clock.advance(334);
    expect((await pause()).ok).toBe(true);
  });
});

describe('[DEV8] a device is renamed', () => {
  it('by another one of the same viewer, in one line, and says its new name to all', async () => {
    await plays(tv);
    await looks();
    const orders = obeys(tv);
    const action = { kind: 'rename', name: ' Ana’s\n TV ' };
    expect(await phone.ask('device:command', { deviceId: TV.id, opId: 'op-rename', action } as never)).toMatchObject({
      ok: true,
    });
    expect(orders).toEqual([{ opId: 'op-rename', action: { kind: 'rename', name: 'Ana’s TV' } }]);
    expect(await plays(tv, film(), { ...TV, name: 'Ana’s TV' })).toMatchObject({ name: 'Ana’s TV' });
    await changed(phone, ({ device }) => device.name === 'Ana’s TV');
  });

  it('by nobody else', async () => {
    await plays(tv);
    const orders = obeys(tv);
    const stranger = await (await server.person('Ben')).connect();
    const action = { kind: 'rename', name: 'Mine' };
    expect(await stranger.ask('device:command', { deviceId: TV.id, opId: 'op-steal-1', action } as never)).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
    await tv.caughtUp();
    expect(orders).toEqual([]);
  });
});
