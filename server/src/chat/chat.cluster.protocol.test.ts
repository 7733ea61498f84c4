import { CHAT_FRAME_LINES, CHAT_LIVE_MAX } from '@cowatch/shared/chat';
import type { ChatFrame, ChatLine } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestInstances, type TestInstance, type TestInstances } from '../instances.testing.ts';
import { reachable } from '../platform/redis/redis.testing.ts';
import type { Person, RawClient } from '../protocol.testing.ts';
import { createPostgresChatLog } from './chat.log.postgres.ts';
import { aLine, linesTold } from './chat.testing.ts';

async function until(isIt: () => Promise<boolean> | boolean): Promise<void> {
  for (let i = 0; !(await isIt()); i += 1) {
    if (i > 1000) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const seqsOf = (lines: readonly ChatLine[]) => lines.map(({ seq }) => seq);
const latest = (client: RawClient, sessionId: string, limit = 300) => client.do('chat:history', { sessionId, limit });
const told = (client: RawClient, seq: number) => until(() => linesTold(client).some((line) => line.seq === seq));

/** Frames follow each other without a hole: what a client must see to know that it missed nothing. */
function expectChained(client: RawClient): void {
  let cursor: number | null = null;
  for (const { afterSeq, toSeq } of client.all<ChatFrame>('chat:lines')) {
    if (afterSeq === undefined || toSeq === undefined) continue;
    if (cursor !== null) expect(afterSeq).toBe(cursor);
    cursor = toSeq;
  }
}

describe('the chat of a party on two instances', { timeout: 60_000 }, () => {
  let world: TestInstances;
  let instances: [TestInstance, TestInstance];
  let ana: Person;
  let ben: Person;
  beforeAll(async () => {
    world = await startTestInstances();
    instances = [await world.start(), await world.start()];
    [ana, ben] = [await instances[0].server.person('Ana'), await instances[1].server.person('Ben')];
  });
  afterAll(() => world.remove());

  const party = async () => {
    const { id } = await ana.createSession();
    const clients = { id, host: await ana.join(id), guest: await ben.join(id) };
    await latest(clients.host, id);
    await latest(clients.guest, id);
    return clients;
  };
  const send = async (client: RawClient, id: string, text: string) => {
    const answer = await client.ask('chat:send', aLine(id, text));
    if (!answer.ok) throw new Error(`${answer.error.code} ${answer.error.message}`);
    return answer.data;
  };

  it('[CHAT14] everybody is told every line once, in the order of their numbers, wherever they are and whoever speaks at once', async () => {
    const { id } = await party();
    const people = await Promise.all(Array.from({ length: 12 }, (_, i) => instances[i % 2 === 0 ? 0 : 1].server.person(`p${i}`)));
    const clients = await Promise.all(people.map((person) => person.join(id)));
    for (const client of clients) await latest(client, id);
    const sent = await Promise.all(clients.flatMap((client, i) => [0, 1, 2, 3].map((n) => send(client, id, `${i} says ${n}`))));
    const seqs = sent.map(({ seq }) => seq).sort((a, b) => a - b);
    expect(new Set(seqs).size).toBe(48);
    for (const client of clients) {
      await told(client, seqs.at(-1) ?? 0);
      expect(seqsOf(linesTold(client))).toEqual(seqs);
      expectChained(client);
    }
    const [here, there] = await Promise.all([latest(clients[0] as RawClient, id), latest(clients[1] as RawClient, id)]);
    expect(here).toEqual(there);
    expect(seqsOf(here.lines)).toEqual(seqs);
  });

  it('[CHAT1] a repeat is answered with its number on another instance, too', async () => {
    const { id, host, guest } = await party();
    const message = aLine(id, 'once');
    const first = await guest.do('chat:send', message);
    const elsewhere = await (await instances[0].server.personWith(ben)).join(id);
    expect(await elsewhere.do('chat:send', message)).toEqual(first);
    await told(host, first.seq);
    expect(linesTold(host)).toHaveLength(1);
  });

  it('[CHAT7] what Redis lost is there again from the database, in a new epoch, and nobody’s line is lost or doubled', async () => {
    const { id, host, guest } = await party();
    const before = await send(host, id, 'before');
    await send(guest, id, 'and before');
    await world.redisServer.flushAll();
    const message = aLine(id, 'after');
    const after = await guest.do('chat:send', message);
    expect(after.epoch).toBeGreaterThan(before.seq);
    expect(after.seq).toBe(after.epoch + 1);
    expect(await guest.do('chat:send', message)).toEqual(after);
    await until(async () => (await latest(host, id)).epoch === after.epoch);
    for (const client of [host, guest]) {
      expect((await latest(client, id)).lines.map(({ text }) => text)).toEqual(['before', 'and before', 'after']);
    }
    const back = await host.do('chat:history', { sessionId: id, epoch: before.epoch, afterSeq: before.seq, limit: 300 });
    expect(back).toMatchObject({ gap: true, epoch: after.epoch });
    await until(() => host.all<ChatFrame>('chat:lines').some(({ epoch }) => epoch === after.epoch));
  });

  it('[CHAT7] a Redis that is gone for a while refuses lines, and has all of them when it is back', async () => {
    const { id, host, guest } = await party();
    const acknowledged = [await send(host, id, 'one'), await send(guest, id, 'two')];
    await world.redisServer.kill();
    const refused = await host.ask('chat:send', aLine(id, 'lost?'));
    expect(refused).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    await world.redisServer.start();
    await Promise.all(instances.map(({ redis }) => reachable(redis)));
    await until(async () => (await guest.ask('chat:send', aLine(id, 'three'))).ok);
    const { lines } = await latest(guest, id);
    expect(lines.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(seqsOf(lines.slice(0, 2))).toEqual(acknowledged.map(({ seq }) => seq));
    await until(async () => {
      const answer = await host.ask('chat:history', { sessionId: id, limit: 300 });
      return answer.ok && answer.data.lines.length === 3;
    });
  });

  it('[CHAT11] without the database lines go on and say so, and are written when it is back', async () => {
    const { id, host, guest } = await party();
    await send(host, id, 'kept');
    await world.postgres.kill();
    try {
      await until(async () => (await send(host, id, `not kept ${Date.now()}`)).kept === false);
      const { seq } = await send(guest, id, 'nor this');
      await told(host, seq);
    } finally {
      await world.postgres.start();
    }
    const { lines } = await latest(guest, id);
    const log = createPostgresChatLog(instances[0].database);
    await until(() => instances[0].database.health().ok);
    await until(async () => (await log.before(id, Number.MAX_SAFE_INTEGER, 99)).length === lines.length);
    expect((await log.before(id, Number.MAX_SAFE_INTEGER, 99)).map(({ seq }) => seq)).toEqual(seqsOf(lines));
    await until(async () => (await send(host, id, `kept again ${Date.now()}`)).kept === undefined);
  });

  it('[CHAT10] a large party gets the same sample on every instance, and own lines, mentions and those of hosts besides', async () => {
    const { id, host } = await party();
    const crowd = await Promise.all(
      Array.from({ length: CHAT_LIVE_MAX + 10 }, async (_, i) => {
        const { server } = instances[i % 2 === 0 ? 0 : 1];
        return (await server.person(`p${i}`)).join(id);
      }),
    );
    const [mentioned, watcher] = crowd as [RawClient, RawClient];
    for (const client of [mentioned, watcher, host]) await latest(client, id);
    const { you } = await mentioned.join(id);
    // Each instance has heard of the people on the other.
    await until(async () => (await watcher.do('session:roster', { sessionId: id, offset: 0 })).count > CHAT_LIVE_MAX);
    await until(async () => (await host.do('session:roster', { sessionId: id, offset: 0 })).count > CHAT_LIVE_MAX);
    for (const client of [...crowd, host]) client.forget();
    const speakers = crowd.slice(10, 70);
    const sent = await Promise.all(
      speakers.map(async (client, i) => {
        const mentions = i === 50 ? { mentions: [you.memberId] } : {};
        return { client, ...(await client.do('chat:send', aLine(id, `line ${i}`, mentions))) };
      }),
    );
    const byHost = await send(host, id, 'from the host');
    const last = Math.max(byHost.seq, ...sent.map(({ seq }) => seq));
    const isThere = (client: RawClient) => client.all<ChatFrame>('chat:lines').some(({ toSeq }) => toSeq === last);
    for (const client of [...crowd, host]) await until(() => isThere(client));
    const ofAll = (client: RawClient) =>
      client.all<ChatFrame>('chat:lines').flatMap(({ afterSeq, lines }) => (afterSeq === undefined ? [] : seqsOf(lines)));
    const sample = ofAll(watcher);
    // On both instances, to all alike.
    for (const client of crowd) expect(ofAll(client)).toEqual(sample);
    expect(sample).toContain(byHost.seq);
    expect(sample.length).toBeLessThan(sent.length);
    expect(sample.length).toBeGreaterThanOrEqual(CHAT_FRAME_LINES);
    const dropped = watcher.all<ChatFrame>('chat:lines').reduce((sum, frame) => sum + (frame.dropped ?? 0), 0);
    expect(dropped + sample.length).toBe(sent.length + 1);
    for (const { client, seq } of sent) expect(seqsOf(linesTold(client))).toContain(seq);
    const mentioning = sent[50]?.seq ?? 0;
    expect(seqsOf(linesTold(mentioned))).toContain(mentioning);
    for (const client of crowd) expectChained(client);
    expect(seqsOf((await latest(watcher, id)).lines)).toHaveLength(sent.length + 1);
    // Fewer frames than lines.
    expect(watcher.all<ChatFrame>('chat:lines').length).toBeLessThan(sent.length / 2);
    for (const client of crowd) client.socket.close();
  });

  it('[REACT2] reactions reach the people of other instances', async () => {
    const { id, host, guest } = await party();
    await host.do('reaction:send', { sessionId: id, emoji: '🍿' });
    const burst = await guest.next<{ counts: object; from: object[] }>('reaction:burst');
    expect(burst).toMatchObject({ counts: { '🍿': 1 }, from: [{ emoji: '🍿' }] });
  });

  it('[CHAT14] an instance that dies in the middle takes no line along that was acknowledged', async () => {
    const doomed = await world.start();
    const { id, host } = await party();
    const people = await Promise.all(Array.from({ length: 6 }, (_, i) => doomed.server.person(`doomed ${i}`)));
    const clients = await Promise.all(people.map((person) => person.join(id)));
    const acknowledged: number[] = [];
    const speaking = clients.flatMap((client, i) =>
      [0, 1, 2, 3].map(async (n) => {
        const answer = await client.ask('chat:send', aLine(id, `${i} says ${n}`)).catch(() => null);
        if (answer?.ok) acknowledged.push(answer.data.seq);
      }),
    );
    await until(() => acknowledged.length >= 4);
    await doomed.stop();
    await Promise.race([Promise.all(speaking), new Promise((resolve) => setTimeout(resolve, 500))]);
    const { seq } = await send(host, id, 'the last');
    const { lines } = await latest(host, id);
    expect(seqsOf(lines)).toEqual(expect.arrayContaining([...acknowledged, seq]));
    expect(new Set(seqsOf(lines)).size).toBe(lines.length);
    // What was said and told to nobody comes with the next look at the store.
    await until(() => linesTold(host).length === lines.length);
    expect(seqsOf(linesTold(host))).toEqual(seqsOf(lines));
    const written = await createPostgresChatLog(instances[0].database).before(id, Number.MAX_SAFE_INTEGER, 99);
    expect(written.map((one) => one.seq)).toEqual(expect.arrayContaining(acknowledged));
  });
});
