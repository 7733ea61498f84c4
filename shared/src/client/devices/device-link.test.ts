import { describe, expect, it } from 'vitest';
import type { Answer, DeviceAction, DeviceAnswer, DeviceChange, DeviceHello, DeviceOrder, Media } from '../../protocol/index.ts';
import type { DevicePlaying, DeviceScreen } from '../../resume/index.ts';
import { PHONE, TV } from '../../resume/resume.testing.ts';
import type { TypedConnection } from '../connection/typed-connection.ts';
import { ManualEnvironment } from '../environment/manual-environment.testing.ts';
import { SimulatedPlayer } from '../follower/simulated-player.testing.ts';
import { createSoloClient, type SoloGesture } from '../solo/solo-client.ts';
import { DeviceLink } from './device-link.ts';
import type { DeviceTarget, SentTitle } from './device-target.ts';

const FILM: Media = { id: 'title:film', url: '/film.mp4', kind: 'file', title: null, durationS: null };
const AHEAD_MS = 1_000_000;
const PLAYING: DevicePlaying = {
  contentId: 'title:film',
  media: null,
  positionMs: 60_000,
  durationMs: null,
  paused: false,
  blocked: false,
  live: false,
  rate: 1,
  atMs: AHEAD_MS,
};
const phoneScreen = (changed: Partial<DeviceScreen> = {}): DeviceScreen => ({
  screenId: 'phone-1',
  device: PHONE,
  playing: PLAYING,
  opens: true,
  saidAtMs: 1,
  ...changed,
});

/** A device with a connection whose other end is in the test's hand. */
function linked() {
  const env = new ManualEnvironment();
  const hellos: DeviceHello[] = [];
  const commands: unknown[] = [];
  const greeted: (string | null)[] = [];
  const server = {
    connected: true,
    screens: [] as DeviceScreen[],
    /** What the server calls this device. */
    name: undefined as string | undefined,
    refuse: null as { code: 'rate_limited' | 'unavailable' | 'bad_request'; retryAfterMs?: number } | null,
    /** Holds the answer to the next hello until it is called. */
    release: null as (() => void) | null,
    hold: false,
    answer: { ok: true, data: { playing: null } } as Answer<unknown>,
  };
  let ready = () => {};
  const listeners = new Map<string, (...args: never[]) => void>();
  const connection = {
    get connected() {
      return server.connected;
    },
    serverNowMs: () => env.nowMs() + AHEAD_MS,
    async ask(event: string, message: unknown): Promise<Answer<unknown>> {
      if (event === 'device:command') {
        commands.push(message);
        return server.answer;
      }
      hellos.push(message as DeviceHello);
      const screens = [...server.screens];
      if (server.hold) {
        server.hold = false;
        await new Promise<void>((resolve) => {
          server.release = resolve;
        });
      }
      if (server.refuse !== null) return { ok: false, error: { message: '', ...server.refuse } };
      const { device } = message as DeviceHello;
      return { ok: true, data: { viewerId: 'ana', serverMs: 0, name: server.name ?? device.name, screens } };
    },
    on(event: string, listener: (...args: never[]) => void) {
      listeners.set(event, listener);
      return () => listeners.delete(event);
    },
    onReady(listener: () => void) {
      ready = listener;
      listener();
      return () => {};
    },
    close() {},
  } as unknown as TypedConnection;
  /** What this device keeps of its name, and whether it can keep another. */
  const own = { device: TV, canKeep: true };
  const link = new DeviceLink({
    connection,
    environment: env,
    onHello: (viewerId) => greeted.push(viewerId),
    get device() {
      return own.device;
    },
    onNamed(name) {
      own.device = { ...own.device, name };
    },
    async rename(name) {
      if (!own.canKeep) throw new Error('no');
      own.device = { ...own.device, name };
    },
  });
  const tell = (change: DeviceChange) => listeners.get('device:changed')?.(change as never);
  let orders = 0;
  const newOpId = () => {
    orders += 1;
    return `op-${orders}-----`;
  };
  const give = (order: DeviceOrder, ack: (answer: DeviceAnswer) => void) => listeners.get('device:command')?.(order as never, ack as never);
  const order = (action: DeviceAction, opId = newOpId()) => new Promise<DeviceAnswer>((resolve) => give({ opId, action }, resolve));
  /** A new connection, and the list that comes with it. */
  const reconnect = async () => {
    await env.advance(0);
    ready();
    await env.advance(0);
  };
  return { env, link, own, server, hellos, commands, greeted, tell, give, order, reconnect };
}

/** The same with somebody alone before a player. */
async function watching() {
  const device = linked();
  const { env, link } = device;
  const gestures: SoloGesture['kind'][] = [];
  const opened: SentTitle[] = [];
  const player = new SimulatedPlayer(env);
  const solo = createSoloClient({ media: FILM, startS: 0, onGesture: ({ kind }) => gestures.push(kind) });
  solo.attach(player);
  const target: DeviceTarget = {
    driver: solo,
    title: 'Friday film',
    durationMs: () => 600_000,
    opening: (title) => (title.contentId === 'unknown' ? null : () => opened.push(title)),
  };
  const stop = link.offer(target);
  await env.advance(1000);
  return { ...device, player, solo, gestures, opened, target, stop };
}

describe('[DEV5] a device says what it plays', () => {
  it('when it begins, pauses, jumps or changes its speed, and not while it just plays', async () => {
    const { env, solo, hellos } = await watching();
    expect(hellos.at(-1)).toMatchObject({ device: TV, opens: true, playing: { paused: true, durationMs: 600_000 } });
    const said = async (act: () => unknown) => {
      const before = hellos.length;
      await act();
      await env.advance(2000);
      return hellos.slice(before).map(({ playing }) => playing);
    };
    const [begun] = await said(() => solo.play());
    expect(begun).toMatchObject({ contentId: FILM.id, media: { url: FILM.url, title: 'Friday film' }, paused: false });
    expect(await said(() => env.advance(120_000))).toEqual([]);
    const [jumped] = await said(() => solo.seek(300));
    expect(jumped?.positionMs).toBeGreaterThanOrEqual(300_000);
    expect((await said(() => solo.setRate(2))).at(-1)).toMatchObject({ rate: 2 });
    expect((await said(() => solo.pause())).at(-1)).toMatchObject({ paused: true });
    expect(await said(() => env.advance(120_000))).toEqual([]);
  });

  it('at most twice a second, the last word last', async () => {
    const { env, solo, hellos } = await watching();
    const before = hellos.length;
    for (let i = 1; i <= 20; i += 1) {
      void solo.seek(10 * i);
      await env.advance(100);
    }
    await env.advance(1000);
    expect(hellos.length - before).toBeLessThanOrEqual(6);
    expect(hellos.at(-1)?.playing?.positionMs).toBe(200_000);
  });

  it('that its browser waits for a tap', async () => {
    const { env, solo, player, hellos } = await watching();
    player.playRefusal = Object.assign(new Error('no'), { name: 'NotAllowedError' });
    await solo.play();
    await env.advance(1000);
    expect(hellos.at(-1)?.playing).toMatchObject({ blocked: true });
  });

  it('no more when its player is gone, and nothing in between where another one comes at once', async () => {
    const { env, hellos, link, stop, target } = await watching();
    const before = hellos.length;
    stop();
    const stopAgain = link.offer(target);
    await env.advance(5000);
    expect(hellos.slice(before).every(({ playing }) => playing !== null)).toBe(true);
    stopAgain();
    await env.advance(5000);
    expect(hellos.at(-1)).toEqual({ device: TV, playing: null, opens: false });
  });

  it('again after every connect, and later where the server says so', async () => {
    const { env, hellos, greeted, server, reconnect } = linked();
    await env.advance(0);
    expect([hellos.length, greeted]).toEqual([1, ['ana']]);
    server.refuse = { code: 'rate_limited', retryAfterMs: 5000 };
    await reconnect();
    await env.advance(4999);
    expect(hellos).toHaveLength(2);
    server.refuse = null;
    await env.advance(5000);
    expect([hellos.length, greeted]).toEqual([3, ['ana', null, 'ana']]);
    server.refuse = { code: 'bad_request' };
    await reconnect();
    await env.advance(600_000);
    expect(hellos).toHaveLength(4);
  });
});

describe('[DEV6] a device knows its others', () => {
  it('by the list, by the news, and without itself', async () => {
    const { env, link, server, tell, reconnect } = linked();
    server.screens = [phoneScreen(), phoneScreen({ screenId: 'own-tab', device: TV })];
    await reconnect();
    expect(link.others.map(({ screenId }) => screenId)).toEqual(['phone-1']);
    expect(link.positionMs(PLAYING)).toBe(60_000 + env.nowMs());
    tell(phoneScreen({ playing: { ...PLAYING, paused: true } }));
    expect(link.others[0]?.playing?.paused).toBe(true);
    tell({ screenId: 'phone-1', gone: true });
    expect(link.others).toEqual([]);
  });

  it('also where news overtake the list', async () => {
    const { env, link, server, tell, reconnect } = linked();
    await env.advance(0);
    server.screens = [phoneScreen(), phoneScreen({ screenId: 'laptop-1', device: { id: 'laptop', name: 'Laptop' } })];
    server.hold = true;
    await reconnect();
    tell({ screenId: 'phone-1', gone: true });
    tell(phoneScreen({ screenId: 'phone-2' }));
    server.release?.();
    await env.advance(0);
    expect(link.others.map(({ screenId }) => screenId).sort()).toEqual(['laptop-1', 'phone-2']);
  });

  it('and asks once a minute while somebody looks: who went without a word is gone then', async () => {
    const { env, link, server, hellos, reconnect } = linked();
    server.screens = [phoneScreen()];
    await reconnect();
    await env.advance(600_000);
    const { length } = hellos;
    let calls = 0;
    const stop = link.subscribe(() => {
      calls += 1;
    });
    server.screens = [];
    await env.advance(61_000);
    expect([hellos.length, link.others, calls]).toEqual([length + 1, [], 1]);
    stop();
    await env.advance(600_000);
    expect(hellos).toHaveLength(length + 1);
  });

  it('tells one what to do, and knows what came of it before the news', async () => {
    const { env, link, server, commands, hellos, reconnect } = linked();
    server.screens = [phoneScreen()];
    await reconnect();
    server.answer = { ok: true, data: { playing: { ...PLAYING, paused: true, atMs: AHEAD_MS + 1 } } };
    expect(await link.command(PHONE.id, { kind: 'pause' })).toEqual(server.answer);
    expect(commands).toEqual([{ deviceId: PHONE.id, opId: expect.any(String), action: { kind: 'pause' } }]);
    expect(link.others[0]?.playing?.paused).toBe(true);
    server.answer = { ok: false, error: { code: 'not_found', message: '' } };
    server.screens = [];
    expect(await link.command(PHONE.id, { kind: 'play' })).toEqual(server.answer);
    await env.advance(1000);
    expect([link.others, hellos.length]).toEqual([[], 3]);
  });
});

describe('[DEV7] an order', () => {
  it('is what somebody here could have pressed', async () => {
    const { env, order, gestures, player } = await watching();
    expect(await order({ kind: 'play' })).toMatchObject({ ok: true, data: { playing: { paused: false } } });
    await env.advance(1000);
    expect(player.paused).toBe(false);
    expect(await order({ kind: 'seek', positionMs: 120_000 })).toMatchObject({
      ok: true,
      data: { playing: { positionMs: 120_000 } },
    });
    await env.advance(1000);
    expect(player.currentTime).toBeGreaterThan(119);
    await order({ kind: 'pause' });
    expect(player.paused).toBe(true);
    expect(gestures).toEqual(['played', 'jumped']);
  });

  it('is done once, however often it comes', async () => {
    const { order, gestures } = await watching();
    const first = await order({ kind: 'seek', positionMs: 5000 }, 'op-the-same');
    expect(await order({ kind: 'seek', positionMs: 5000 }, 'op-the-same')).toEqual(first);
    expect(gestures).toEqual(['jumped']);
    for (let i = 0; i < 16; i += 1) await order({ kind: 'pause' });
    await order({ kind: 'seek', positionMs: 5000 }, 'op-the-same');
    expect(gestures).toEqual(['jumped', 'jumped']);
  });

  it('tells back where the browser waits for a tap', async () => {
    const { order, player } = await watching();
    player.playRefusal = Object.assign(new Error('no'), { name: 'NotAllowedError' });
    expect(await order({ kind: 'play' })).toMatchObject({ ok: true, data: { playing: { blocked: true } } });
  });

  it('to show a title is answered before it is done', async () => {
    const { env, give, order, opened } = await watching();
    const title = { contentId: 'title:other', media: null, positionMs: 90_000 };
    const answered: unknown[] = [];
    give({ opId: 'op-open-1', action: { kind: 'open', ...title } }, ({ ok }) => answered.push(ok, opened.length));
    await env.advance(0);
    expect(answered).toEqual([true, 0]);
    expect(opened).toMatchObject([title]);
    expect(await order({ kind: 'open', ...title, contentId: 'unknown' })).toMatchObject({
      ok: false,
      error: { code: 'conflict' },
    });
  });

  it('is refused by a party as the party refuses it, and a party is not left for a title', async () => {
    const { link, order, solo, target } = await watching();
    const error = { code: 'forbidden' as const, message: 'Only hosts may do that.' };
    link.offer({
      ...target,
      driver: { ...solo, state: solo.state, pause: async () => ({ ok: false, error }) },
      opening: null,
    });
    expect(await order({ kind: 'pause' })).toEqual({ ok: false, error });
    expect(await order({ kind: 'open', contentId: 'x', media: null, positionMs: 0 })).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    });
  });

  it('finds nothing to do where nothing plays', async () => {
    const { order } = linked();
    for (const kind of ['play', 'pause'] as const) expect(await order({ kind })).toMatchObject({ ok: false, error: { code: 'conflict' } });
    expect(await order({ kind: 'open', contentId: 'x', media: null, positionMs: 0 })).toMatchObject({
      ok: false,
      error: { code: 'conflict' },
    });
  });
});

describe('[DEV8] a device is renamed', () => {
  it('here, by an order from another, and says so', async () => {
    const { env, order, own, hellos, link } = await watching();
    const told: string[] = [];
    link.subscribe(() => told.push(link.nameOf(TV)));
    const before = hellos.length;
    expect(await order({ kind: 'rename', name: 'Ana’s TV' }, 'op-rename')).toMatchObject({ ok: true });
    await order({ kind: 'rename', name: 'Ana’s TV' }, 'op-rename');
    expect([own.device.name, told[0]]).toEqual(['Ana’s TV', 'Ana’s TV']);
    await env.advance(1000);
    expect(hellos).toHaveLength(before + 1);
    expect(hellos.at(-1)).toMatchObject({ device: { id: TV.id, name: 'Ana’s TV' }, opens: true });
  });

  it('and says where it could not be', async () => {
    const { link, order, own } = linked();
    own.canKeep = false;
    const refused = { ok: false, error: { code: 'unavailable' } };
    expect(await order({ kind: 'rename', name: 'Ana’s TV' })).toMatchObject(refused);
    expect(await link.rename(TV.id, 'Ana’s TV')).toMatchObject(refused);
    expect(own.device).toEqual(TV);
  });

  it('elsewhere, by an order to it', async () => {
    const { link, commands } = linked();
    await link.rename(PHONE.id, 'Ana’s phone');
    expect(commands).toEqual([{ deviceId: PHONE.id, opId: expect.any(String), action: { kind: 'rename', name: 'Ana’s phone' } }]);
  });

  it('[DEV9] as the server has it; a name that was given here meanwhile goes before', async () => {
    const { env, link, own, server, reconnect } = linked();
    server.name = 'TV 2';
    await reconnect();
    expect(own.device.name).toBe('TV 2');
    server.name = 'TV 3';
    server.hold = true;
    await reconnect();
    await link.rename(TV.id, 'Ana’s TV');
    server.name = undefined;
    server.release?.();
    await env.advance(1000);
    expect(own.device.name).toBe('Ana’s TV');
  });
});

it('[DEV10] twins are told apart alike on every device, and what is said of one later has its name of now', async () => {
  const { link, server, own, reconnect } = linked();
  own.device = { id: 'device-m', name: 'Chrome on Linux' };
  const twin = (id: string) => phoneScreen({ screenId: id, device: { id, name: 'Chrome on Linux' } });
  server.screens = [twin('device-z'), twin('device-a')];
  await reconnect();
  const names = new Map(link.others.map(({ device }) => [device.id, device.name]));
  expect(names).toEqual(
    new Map([
      ['device-z', 'Chrome on Linux 3'],
      ['device-a', 'Chrome on Linux'],
    ]),
  );
  expect(link.nameOf(own.device)).toBe('Chrome on Linux 2');
  expect(link.nameOf({ id: 'device-z', name: 'What it was called' })).toBe('Chrome on Linux 3');
  expect(link.nameOf({ id: 'device-gone', name: 'What it was called' })).toBe('What it was called');
});
