// The barest Socket.IO program that does the work of a party: members enter a room, whatever is commanded goes to all of
// it in one emit, and what is asked is answered from what was written down before. It checks nothing, decides nothing,
// remembers nothing and limits nothing. Socket.IO, its options and the frames are those of the real server.
//
//   node --import tsx floor.process.ts <plan.json>      prints its port

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type ClientToServerEvents,
  FRAME_MAX_BYTES,
  type Member,
  ROSTER_PAGE_SIZE,
  type ServerToClientEvents,
} from '@cowatch/shared/protocol';
import { Server } from 'socket.io';
import type { FloorPlan } from './floor.types.ts';

const { frames, join, redisUrl } = JSON.parse(readFileSync(String(process.argv[2]), 'utf8')) as FloorPlan;

/** The very adapter of the real server; read only where it is wanted, so that it takes no room elsewhere. */
async function sharedAdapter(url: string) {
  const { createLogger } = await import('../../../server/src/platform/log/log.ts');
  const { createMetrics } = await import('../../../server/src/platform/metrics/metrics.ts');
  const { openRedis } = await import('../../../server/src/platform/redis/open-redis.ts');
  const { createRedisClusterBus } = await import('../../../server/src/platform/socket/redis-cluster-bus.ts');
  const log = createLogger({ level: 'warn' });
  const redis = await openRedis({ urls: [url], log });
  const metrics = createMetrics({ processMetrics: false });
  return createRedisClusterBus({ redis, instanceId: `floor-${process.pid}`, log, metrics }).adapter;
}

const adapter = redisUrl === null ? null : await sharedAdapter(redisUrl);

const http = createServer();
http.on('connection', (socket) => socket.setNoDelay(true));
const io = new Server<ClientToServerEvents, ServerToClientEvents>(http, {
  path: '/socket.io',
  transports: ['websocket'],
  serveClient: false,
  perMessageDeflate: false,
  httpCompression: false,
  maxHttpBufferSize: FRAME_MAX_BYTES,
  // As in server/src/platform/socket/socket-server.ts.
  pingInterval: 4500,
  pingTimeout: 5000,
  connectTimeout: 8000,
  ...(adapter === null ? {} : { adapter }),
});

const roster: Member[] = [];
let { version } = frames.command;
let seq = frames.said.toSeq ?? 0;

/** As the real one: so many reports a second, whatever the number of members. */
const reportIntervalMs = () => Math.max(2000, io.sockets.sockets.size * 20);

io.on('connection', (socket) => {
  socket.on('session:join', ({ sessionId, name }, answer) => {
    void socket.join(sessionId);
    if (join === 'nothing') {
      answer({ ok: true } as never);
      return;
    }
    if (roster.length < ROSTER_PAGE_SIZE) roster.push({ ...frames.member, name });
    const count = io.sockets.sockets.size;
    answer({
      ok: true,
      data: {
        ...frames.snapshot,
        reportIntervalMs: reportIntervalMs(),
        roster: { revision: 1, count, members: roster, nextOffset: count > roster.length ? roster.length : null },
      },
    });
  });
  socket.on('clock:ping', (_message, answer) => answer({ ok: true, data: frames.pong }));
  socket.on('member:report', (_message, answer) => {
    answer({ ok: true, data: { ...frames.report, reportIntervalMs: reportIntervalMs() } });
  });
  socket.on('chat:send', ({ sessionId, text, opId }, answer) => {
    seq += 1;
    const lines = frames.said.lines.map((line) => ({ ...line, seq, opId, text }));
    io.to(sessionId).emit('chat:lines', { ...frames.said, afterSeq: seq - 1, toSeq: seq, lines });
    answer({ ok: true, data: { epoch: frames.said.epoch, seq } });
  });
  socket.on('playback:command', (command, answer) => {
    const positionS = command.kind === 'seek' ? command.positionS : frames.changed.timeline.positionS;
    version += 1;
    const timeline = { ...frames.changed.timeline, positionS, version };
    io.to(command.sessionId).emit('playback:changed', { ...frames.changed, timeline });
    answer({ ok: true, data: { ...frames.command, version } });
  });
});

// An end like this one writes down what was profiled.
process.once('SIGTERM', () => process.exit());

http.listen(0, '127.0.0.1', () => process.stdout.write(`${(http.address() as AddressInfo).port}\n`));
