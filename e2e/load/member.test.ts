import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSessionClient } from '@cowatch/shared/client';
import {
  chatHistorySchema,
  clockPingSchema,
  joinSchema,
  type Playback,
  queueListSchema,
  reportSchema,
  rosterRequestSchema,
} from '@cowatch/shared/protocol';
import { Server, type Socket } from 'socket.io';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ANSWER_TIMEOUT_MS } from '../../shared/src/client/connection/questions.ts';
import { hostEnvironment } from '../../shared/src/client/environment/environment.ts';
import { CLOCK_CONNECTED, FRESH, firstReportDelayMs, nextClock, reportDelayMs } from './habits.ts';
import { type Crowd, Member } from './member.ts';
import { TimerWheel } from './timer-wheel.ts';

// The light member against the headless client: a real Socket.IO server listens to both and must not be able to tell
// which is which.

const SESSION_ID = 's'.repeat(22);
const REPORT_INTERVAL_MS = 2000;

const playback: Playback = {
  media: { id: 'title:sample', url: '/media/sample.mp4', kind: 'file', title: 'Sample', durationS: 300 },
  timeline: {
    mediaId: 'title:sample',
    positionS: 12,
    rate: 1,
    playing: true,
    atMs: 1_700_000_000_000,
    version: 1_700_000_000_001,
    cause: { kind: 'play', memberId: null, name: null },
  },
};
const access = { version: 7, name: 'Party', control: 'everyone', ownerId: 'o'.repeat(12), hostIds: [] } as const;
const roster = { revision: 3, count: 1, members: [], nextOffset: null };
const answers: Readonly<Record<string, unknown>> = {
  'clock:ping': { receivedAtMs: 1_700_000_000_000, sentAtMs: 1_700_000_000_000, instanceId: 'one' },
  'session:join': {
    sessionId: SESSION_ID,
    createdAtMs: 1,
    playback,
    access,
    roster,
    you: { memberId: 'm'.repeat(12), role: 'member' },
    reportIntervalMs: REPORT_INTERVAL_MS,
  },
  'session:roster': { ...roster, revision: 9 },
  'chat:history': { epoch: 1, seq: 1, lines: [], gap: false, more: false, settings: { slowMs: 0, slowBy: 'hosts', links: 'present' } },
  'queue:list': {
    part: 'queue',
    version: 0,
    status: { mode: 'manual', auto: true, skipPercent: 50, current: null, skipVotes: 0, stay: false, undo: null },
    items: [],
    voted: [],
    skipVoted: false,
  },
  'member:report': { version: 1, accessVersion: 7, presenceRevision: 3, reportIntervalMs: REPORT_INTERVAL_MS },
};

/** What one of them said, as the server read it. */
interface Heard {
  readonly socket: Socket;
  readonly path: string;
  readonly auth: unknown;
  readonly messages: { readonly event: string; readonly message: unknown }[];
  pongs: number;
}

const http = createServer();
const io = new Server(http, { transports: ['websocket'], pingInterval: 300 });
let newcomer: (heard: Heard) => void = () => {};
/** So many joins are refused. */
let refusals = 0;
/** So many connections are refused. */
let rejections = 0;
/** The rest that is asked for after a client's exchange of this number, in milliseconds. */
let rest: (exchange: number) => number = () => 0;
/** How seldom members are asked to report, in milliseconds; 0 for as in a small party. */
let crowdIntervalMs = 0;
let url = '';
let port = 0;
const wheel = new TimerWheel();

beforeAll(async () => {
  io.use((_socket, admit) => {
    rejections -= 1;
    if (rejections < 0) admit();
    else admit(Object.assign(new Error('busy'), { data: { code: 'unavailable', message: 'busy', retryAfterMs: 50 } }));
  });
  io.on('connection', (socket) => {
    const { url: path = '' } = socket.request;
    const heard: Heard = { socket, path, auth: socket.handshake.auth, messages: [], pongs: 0 };
    socket.conn.on('heartbeat', () => {
      heard.pongs += 1;
    });
    socket.onAny((event, message, answer) => {
      heard.messages.push({ event, message });
      if (event === 'session:join' && refusals > 0) {
        refusals -= 1;
        answer({ ok: false, error: { code: 'unavailable', message: 'Come again.', retryAfterMs: 50 } });
        return;
      }
      const restMs = event === 'clock:ping' ? rest(count(heard, event)) : 0;
      const crowd = event === 'session:join' && crowdIntervalMs > 0 ? { reportIntervalMs: crowdIntervalMs } : {};
      const told = typeof answers[event] === 'object' ? { ...answers[event], ...crowd } : answers[event];
      answer({ ok: true, data: restMs > 0 ? { ...(told as object), restMs } : told });
    });
    newcomer(heard);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  ({ port } = http.address() as AddressInfo);
  url = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  wheel.stop();
  await io.close();
});

const next = () =>
  new Promise<Heard>((resolve) => {
    newcomer = resolve;
  });
const count = ({ messages }: Heard, event: string) => messages.filter((it) => it.event === event).length;
const settled = (heard: Heard) => expect.poll(() => count(heard, 'clock:ping'), { timeout: 5000 }).toBe(8);

/** The headless client; its timers are told, and long ones come so many times sooner. */
async function headless(hurry = 1, onTimer: (delayMs: number) => void = () => {}) {
  const coming = next();
  const environment = hostEnvironment();
  const client = createSessionClient({
    serverUrl: url,
    sessionId: SESSION_ID,
    name: 'Ana',
    token: 'a-token',
    environment: {
      ...environment,
      random: () => 0.25,
      setTimer(callback, delayMs) {
        onTimer(delayMs);
        const long = delayMs >= 1000 && delayMs !== ANSWER_TIMEOUT_MS;
        return environment.setTimer(callback, long ? delayMs / hurry : delayMs);
      },
    },
  });
  client.connect();
  return { client, heard: await coming };
}

async function light(onPlayback: Crowd['onPlayback'] = () => {}, onTimer: (delayMs: number) => void = () => {}) {
  const coming = next();
  const crowd: Crowd = {
    wheel: Object.assign(Object.create(wheel) as TimerWheel, {
      after(delayMs: number, callback: () => void) {
        onTimer(delayMs);
        wheel.after(delayMs, callback);
      },
    }),
    bytesIn: 0,
    bytesOut: 0,
    framesIn: 0,
    onPlayback,
    onJoined() {},
    onLost() {},
    onTurnedAway() {},
  };
  const options = { host: '127.0.0.1', port, sessionId: SESSION_ID, name: 'Ana', token: 'a-token', habits: FRESH };
  const member = new Member(options, crowd);
  member.connect();
  return { member, heard: await coming };
}

/** Names and fields, in the order they came. */
const shapeOf = ({ messages }: Heard) => messages.map(({ event, message }) => `${event} ${Object.keys(message as object).join(' ')}`);

it('a light member says what the headless client says when it comes', async () => {
  const real = await headless();
  await settled(real.heard);
  const wanted = shapeOf(real.heard);
  const { member, heard } = await light();
  await settled(heard);
  const withoutKey = (path: string) => path.replace(/&t=[^&]*/, '');
  expect(shapeOf(heard).sort()).toEqual([...wanted].sort());
  expect(shapeOf(heard).slice(0, 2)).toEqual(wanted.slice(0, 2));
  expect(heard.auth).toEqual(real.heard.auth);
  expect(withoutKey(heard.path)).toBe(withoutKey(real.heard.path));
  for (const { event, message } of heard.messages) {
    const schema = {
      'clock:ping': clockPingSchema,
      'session:join': joinSchema,
      'member:report': reportSchema,
      'chat:history': chatHistorySchema,
      'queue:list': queueListSchema,
    }[event];
    expect(schema?.safeParse(message), event).toMatchObject({ success: true });
  }
  real.client.close();
  member.cut();
});

/** What a member waits between its first 20 exchanges when the server asks for so much rest after each. */
function rhythmOf(restMs: (exchange: number) => number): number[] {
  let rhythm = CLOCK_CONNECTED;
  return Array.from({ length: 20 }, (_, i) => {
    const next = nextClock(rhythm, restMs(i + 1));
    rhythm = next.rhythm;
    return next.delayMs;
  });
}

it.each([
  { name: 'left alone', rests: {} },
  { name: 'asked to rest in its burst', rests: { 3: 700 } },
  { name: 'asked to rest for long', rests: { 1: 8000, 2: 4500, 12: 7000, 13: 5500 } },
])('a light member has the rhythm of the headless client: $name', async ({ rests }) => {
  const restMs = (exchange: number) => (rests as Record<number, number>)[exchange] ?? 0;
  rest = restMs;
  const delays: number[] = [];
  const { client, heard } = await headless(100, (delayMs) => delays.push(delayMs));
  await expect.poll(() => count(heard, 'clock:ping'), { timeout: 10_000 }).toBeGreaterThan(20);
  const own = rhythmOf(restMs);
  expect(delays.filter((delayMs) => own.includes(delayMs)).slice(0, 20)).toEqual(own);
  expect(delays).toContain(reportDelayMs(REPORT_INTERVAL_MS, 0.25));
  client.close();
  rest = () => 0;
});

it('[REP6] in a crowd a member first reports as late as the headless client does', async () => {
  crowdIntervalMs = 200_000;
  const dueMs = firstReportDelayMs(crowdIntervalMs, 0.25);
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.25);
  const delays: number[] = [];
  const { client, heard } = await headless(1, (delayMs) => delays.push(delayMs));
  await settled(heard);
  expect(delays).toContain(dueMs);
  const lateness: number[] = [];
  const { member, heard: lightly } = await light(
    () => {},
    (delayMs) => lateness.push(delayMs),
  );
  await settled(lightly);
  expect(lateness).toContain(dueMs);
  random.mockRestore();
  client.close();
  member.cut();
  crowdIntervalMs = 0;
});

it('[CLK8] a light member rests like the headless client', async () => {
  rest = (exchange) => (exchange === 2 ? 4500 : 0);
  const delays: number[] = [];
  const { member, heard } = await light(
    () => {},
    (delayMs) => delays.push(delayMs),
  );
  await expect.poll(() => delays).toContain(4500);
  expect(count(heard, 'clock:ping')).toBe(2);
  expect(delays.filter((delayMs) => delayMs === rhythmOf(rest)[0])).toHaveLength(1);
  member.cut();
  rest = () => 0;
});

it('a light member asks for the roster where the headless client does, and answers pings', async () => {
  const real = await headless();
  const { member, heard } = await light();
  for (const it of [real.heard, heard]) {
    await settled(it);
    const change = { sessionId: SESSION_ID, count: 1, changed: [], left: [] };
    it.socket.emit('session:presence', { ...change, revision: 4 });
    it.socket.emit('session:presence', { ...change, revision: 6 });
    await expect.poll(() => count(it, 'session:roster')).toBe(1);
    await expect.poll(() => it.pongs).toBeGreaterThan(1);
    const asked = it.messages.find(({ event }) => event === 'session:roster');
    expect(rosterRequestSchema.safeParse(asked?.message).success).toBe(true);
  }
  real.client.close();
  member.cut();
});

it('a light member hears of commands, and reports what it heard', async () => {
  const positions: number[] = [];
  const { member, heard } = await light((positionS) => positions.push(positionS));
  await settled(heard);
  const timeline = { ...playback.timeline, positionS: 123, version: 1_700_000_000_009 };
  heard.socket.emit('playback:changed', { sessionId: SESSION_ID, timeline, media: playback.media });
  await expect.poll(() => positions).toEqual([123]);
  member.report();
  await expect
    .poll(() => heard.messages.at(-1))
    .toMatchObject({ event: 'member:report', message: { version: 1_700_000_000_009, accessVersion: 7 } });
  member.cut();
});

it('a light member that is sent away comes again, as the headless client does', async () => {
  rejections = 1;
  refusals = 1;
  const real = await headless();
  await expect.poll(() => count(real.heard, 'member:report')).toBe(1);
  const wanted = count(real.heard, 'session:join');
  rejections = 1;
  refusals = 1;
  const { member, heard } = await light();
  await expect.poll(() => member.joined).toBe(true);
  expect(count(heard, 'session:join')).toBe(wanted);
  real.client.close();
  member.cut();
});
