// The barest program that makes a position last and says so: it looks at nothing but the key and the value, and answers
// what was written down before. Socket.IO and its options are those of the real server; HTTP is Node's own.
//
//   node --import tsx resume-floor.process.ts <plan.json>      prints its port

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ClientToServerEvents, FRAME_MAX_BYTES, type ServerToClientEvents } from '@cowatch/shared/protocol';
import { Server } from 'socket.io';
import type { ResumeFloorPlan } from './resume-floor.types.ts';

const { redisUrl, dataDir, answer } = JSON.parse(readFileSync(String(process.argv[2]), 'utf8')) as ResumeFloorPlan;

type Save = (key: string, value: string) => Promise<unknown>;

async function inRedis(url: string): Promise<Save> {
  const { Redis } = await import('ioredis');
  const client = new Redis(url);
  return (key, value) => client.set(key, value);
}

/** A table of keys and values in the same embedded database, written in groups as there. */
async function inDatabase(folder: string): Promise<Save> {
  const { sql } = await import('../../../server/src/platform/database/database.ts');
  const { createLogger } = await import('../../../server/src/platform/log/log.ts');
  const { openDatabase } = await import('../../../server/src/platform/database/open-database.ts');
  const { GroupCommit } = await import('../../../server/src/platform/database/group-commit.ts');
  const database = await openDatabase({ databaseUrl: null, dataDir: folder, log: createLogger({ level: 'warn' }) });
  await database.run((db) => db.execute(sql`create table if not exists floor (k text primary key, v text not null)`));
  const commit = new GroupCommit<readonly [string, string], null>({
    async write(items) {
      const newest = JSON.stringify([...new Map(items)]);
      await database.run((db) =>
        db.execute(sql`
          insert into floor (k, v) select x ->> 0, x ->> 1 from jsonb_array_elements(${newest}::jsonb) as x
          on conflict (k) do update set v = excluded.v`),
      );
      return items.map(() => null);
    },
    verify: async () => {},
    groupMax: 500,
    shareMax: 500,
    waitingMax: 20_000,
    ownerWaitingMax: 20_000,
    retryAfterMs: 1000,
  });
  return (key, value) => commit.write([[key, value]], key);
}

const save = redisUrl === null ? await inDatabase(dataDir ?? '') : await inRedis(redisUrl);

/** The key of what somebody says: theirs, and the title's. */
function keyOf(message: { readonly viewerId: string; readonly items: readonly unknown[] }): string {
  return `${message.viewerId}:${(message.items[0] as { contentId: string }).contentId}`;
}

const http = createServer(async (request, response) => {
  const text = await bodyOf(request);
  await save(keyOf(JSON.parse(text) as never), text);
  const body = JSON.stringify(answer);
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
});
http.on('connection', (socket) => socket.setNoDelay(true));
const io = new Server<ClientToServerEvents, ServerToClientEvents>(http, {
  path: '/socket.io',
  transports: ['websocket'],
  serveClient: false,
  perMessageDeflate: false,
  httpCompression: false,
  maxHttpBufferSize: FRAME_MAX_BYTES,
  pingInterval: 25_000,
});
io.on('connection', (socket) => {
  socket.on('resume:save', async (message, acknowledge) => {
    await save(keyOf(message), JSON.stringify(message));
    acknowledge({ ok: true, data: answer });
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

process.once('SIGTERM', () => process.exit());
http.listen(0, '127.0.0.1', () => process.stdout.write(`${(http.address() as AddressInfo).port}\n`));
