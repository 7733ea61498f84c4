import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResumeAnswer, ResumeSaveItem, ResumeSaveRequest } from '../../protocol/index.ts';
import { entryId, type OutboxEntry } from '../../resume/index.ts';
import { recordOf, sittingNamed, TV } from '../../resume/resume.testing.ts';
import { ManualEnvironment } from '../environment/manual-environment.testing.ts';
import { Outbox, type SendOutcome } from './outbox.ts';
import { createMemoryOutboxStorage, type OutboxStorage } from './outbox-storage.ts';

const ANA = 'ana-'.padEnd(22, '_');
const BEN = 'ben-'.padEnd(22, '_');

/** An outbox with a server that is up or down as the test says. */
function outboxOf(options: { storage?: OutboxStorage; knowsTime?: boolean; onSend?: () => void } = {}) {
  const env = new ManualEnvironment();
  const requests: ResumeSaveRequest[] = [];
  const server = {
    up: true,
    viewer: ANA as string | null,
    knowsTime: options.knowsTime ?? true,
    aheadMs: 5000,
    answer: (_item: ResumeSaveItem): ResumeAnswer => ({ outcome: 'applied', entry: null }),
    again: {} as { retryAfterMs?: number },
    /** Another tab is at it. */
    otherTabSends: false,
    /** The code a batch of these items is refused with as a whole. */
    refuse: (_seqs: readonly number[]): string | null => null,
  };
  const storage = options.storage ?? createMemoryOutboxStorage();
  const outbox = new Outbox({
    storage,
    device: TV,
    environment: env,
    viewerId: () => server.viewer,
    serverTime: () => (server.knowsTime ? { originId: 'here', aheadOfMonotonicMs: server.aheadMs, aheadOfWallMs: server.aheadMs } : null),
    async send(request): Promise<SendOutcome> {
      options.onSend?.();
      requests.push(request);
      if (!server.up) return { kind: 'again', ...server.again };
      const code = server.refuse((request.items as ResumeSaveItem[]).map(({ seq }) => seq));
      if (code !== null) return { kind: 'refused', code };
      const answers = request.items.map((item) => server.answer(item as ResumeSaveItem));
      return { kind: 'answered', result: { serverMs: 0, answers } };
    },
    exclusively: async (work) => {
      if (server.otherTabSends) return;
      await work();
    },
    onAnswer() {},
    onChange() {},
  });
  const entry = (sitting: number, seq: number, changed: Partial<OutboxEntry> = {}): OutboxEntry => {
    const { intentAtMs: _, savedAtMs: __, ...said } = recordOf({ sittingId: sittingNamed(sitting), seq, positionMs: seq });
    const moment = { wallMs: env.wallMs(), monotonicMs: env.nowMs(), originId: 'here' };
    return {
      id: entryId(said.sittingId, seq),
      viewerId: ANA,
      kind: 'heartbeat',
      said,
      media: null,
      intent: moment,
      saved: moment,
      stamp: null,
      ...changed,
    };
  };
  const sent = () => requests.flatMap(({ items }) => (items as ResumeSaveItem[]).map(({ seq }) => seq));
  return { env, outbox, server, storage, requests, entry, sent };
}

describe('[RES13] an outbox', () => {
  it('says at once what it can, and is done with it', async () => {
    const { env, outbox, entry, sent } = outboxOf();
    await outbox.add(entry(1, 1));
    await env.advance(0);
    expect(sent()).toEqual([1]);
    expect(outbox.state).toEqual({ waiting: 0, durable: true, givenUp: 0, refused: null });
  });

  it('keeps everything while the server is away, and tries again, less and less often', async () => {
    const { env, outbox, server, entry, requests } = outboxOf();
    server.up = false;
    for (let i = 1; i <= 3; i += 1) await outbox.add(entry(i, 1, { kind: 'gesture' }));
    await env.advance(600_000);
    expect(outbox.state.waiting).toBe(3);
    // Full jitter below 1, 2, 4 … 60 s: far fewer than once a second, and it never gives up.
    expect(requests.length).toBeGreaterThan(10);
    expect(requests.length).toBeLessThan(80);
    server.up = true;
    await env.advance(60_000);
    expect(outbox.state.waiting).toBe(0);
    expect(requests.at(-1)?.items).toHaveLength(3);
  });

  it('[RES15] does not come before it was told to', async () => {
    const { env, outbox, server, entry, requests } = outboxOf();
    Object.assign(server, { up: false, again: { retryAfterMs: 30_000 } });
    await outbox.add(entry(1, 1));
    await env.advance(29_000);
    await outbox.add(entry(1, 2));
    expect(requests).toHaveLength(1);
    await env.advance(2000);
    expect(requests).toHaveLength(2);
  });

  it('after a day without network says all of it, in order, fifty at a time, one heartbeat for each sitting', async () => {
    const { env, outbox, server, entry, requests, sent } = outboxOf();
    server.up = false;
    for (let sitting = 1; sitting <= 120; sitting += 1) {
      for (let seq = 1; seq <= 5; seq += 1) await outbox.add(entry(sitting, seq + 10 * sitting));
    }
    await env.advance(24 * 3_600_000);
    requests.length = 0;
    server.up = true;
    outbox.flushNow();
    await env.advance(0);
    expect(requests.map(({ items }) => items.length)).toEqual([50, 50, 20]);
    expect(sent()).toEqual([...sent()].sort((a, b) => a - b));
    expect(outbox.state).toMatchObject({ waiting: 0, givenUp: 0 });
  });

  it('never says in one login what was done in another', async () => {
    const { env, outbox, server, entry, requests } = outboxOf();
    server.viewer = BEN;
    await outbox.add(entry(1, 1));
    await env.advance(60_000);
    expect(requests).toEqual([]);
    expect(outbox.leftovers(60_000)).toBeNull();
    server.viewer = ANA;
    outbox.flushNow();
    await env.advance(0);
    expect(requests).toMatchObject([{ viewerId: ANA, items: [{ seq: 1 }] }]);
  });

  it('keeps what is refused whole: it may be another who is signed in', async () => {
    const { env, outbox, server, entry } = outboxOf();
    server.refuse = () => 'forbidden';
    await outbox.add(entry(1, 1));
    await env.advance(1000);
    expect(outbox.state.waiting).toBe(1);
    server.refuse = () => null;
    outbox.flushNow();
    await env.advance(0);
    expect(outbox.state.waiting).toBe(0);
  });

  it('[RES28] an item that is rejected is dropped, told, and sent no more; the others are done with', async () => {
    const { env, outbox, server, entry, sent } = outboxOf();
    server.up = false;
    for (let seq = 1; seq <= 60; seq += 1) await outbox.add(entry(seq, seq));
    server.answer = ({ seq }) =>
      seq === 7 ? { outcome: 'rejected', code: 'bad_request', message: '' } : { outcome: 'applied', entry: null };
    server.up = true;
    const before = sent().length;
    outbox.flushNow();
    await env.advance(600_000);
    expect(outbox.state).toMatchObject({ waiting: 0, givenUp: 1 });
    expect(sent().slice(before)).toHaveLength(60);
  });

  it('[RES28] what makes a server refuse a whole batch is found, and keeps nothing else here', async () => {
    const { env, outbox, server, storage, entry, requests } = outboxOf();
    server.up = false;
    for (let seq = 1; seq <= 60; seq += 1) await outbox.add(entry(seq, seq));
    server.up = true;
    server.refuse = (seqs) => (seqs.includes(7) || seqs.includes(58) ? 'bad_request' : null);
    const before = requests.length;
    outbox.flushNow();
    for (let turn = 0; turn < 60 && outbox.state.waiting > 2; turn += 1) await env.advance(0);
    expect(outbox.state).toMatchObject({ waiting: 2, givenUp: 0 });
    expect(requests.length - before).toBeLessThan(40);
    // The next page tries again, and may find another server.
    server.refuse = () => null;
    const next = outboxOf({ storage });
    next.outbox.flushNow();
    await next.env.advance(0);
    expect(next.outbox.state.waiting).toBe(0);
  });

  it('writes to the disk once before it sends, once after the answer, and what it sends is there as it is sent', async () => {
    const memory = createMemoryOutboxStorage();
    const steps: string[] = [];
    let onDisk: readonly OutboxEntry[] = [];
    const storage: OutboxStorage = {
      ...memory,
      async update(change, title) {
        const result = await memory.update((entries) => {
          const changed = change(entries);
          onDisk = changed.entries;
          return changed;
        }, title);
        steps.push(title === undefined ? 'write' : 'write with its title');
        return result;
      },
    };
    const onSend = () => steps.push(`send ${onDisk.filter(({ stamp }) => stamp !== null).length}`);
    const { env, outbox, entry } = outboxOf({ storage, onSend });
    const record = recordOf();
    for (let seq = 1; seq <= 2; seq += 1) {
      await outbox.add(entry(1, seq), { viewerId: ANA, record });
      await env.advance(0);
    }
    const once = ['write with its title', 'send 1', 'write'];
    expect(steps).toEqual([...once, ...once]);
    expect(await storage.recall(ANA, record.contentId)).toEqual(record);
  });

  it('sends what it had made ready later, where another tab was at it, and nothing else in its place', async () => {
    const { env, outbox, server, entry, sent } = outboxOf();
    server.otherTabSends = true;
    await outbox.add(entry(1, 1));
    await outbox.add(entry(2, 1, { kind: 'gesture' }));
    await env.advance(0);
    expect(sent()).toEqual([]);
    // No longer on its way: a later heartbeat of its sitting takes its place.
    await outbox.add(entry(1, 2));
    server.otherTabSends = false;
    server.viewer = BEN;
    outbox.flushNow();
    await env.advance(0);
    expect(sent()).toEqual([]);
    server.viewer = ANA;
    outbox.flushNow();
    await env.advance(0);
    expect(sent()).toEqual([1, 2]);
    expect(outbox.state).toMatchObject({ waiting: 0, givenUp: 0 });
  });

  it('sends nothing that it had made ready for somebody who is not here any more', async () => {
    const { env, outbox, server, entry, requests } = outboxOf();
    const adding = outbox.add(entry(1, 1));
    server.viewer = BEN;
    await adding;
    await env.advance(0);
    expect(requests).toEqual([]);
    expect(outbox.state.waiting).toBe(1);
  });

  it('tells what was given up', async () => {
    const { env, outbox, server, entry } = outboxOf();
    server.answer = ({ seq }) =>
      seq === 1 ? { outcome: 'expired', entry: null } : { outcome: 'rejected', code: 'bad_request', message: '' };
    await outbox.add(entry(1, 1));
    await outbox.add(entry(2, 2));
    await env.advance(0);
    expect(outbox.state).toMatchObject({ waiting: 0, givenUp: 2 });
  });

  it('[RES29] tells why something is refused for as long as it is', async () => {
    const { env, outbox, server, entry } = outboxOf();
    server.answer = () => ({ outcome: 'rejected', code: 'conflict', message: '' });
    await outbox.add(entry(1, 1));
    await env.advance(0);
    expect(outbox.state).toMatchObject({ waiting: 0, refused: 'conflict' });
    server.answer = () => ({ outcome: 'applied', entry: null });
    await outbox.add(entry(1, 2));
    await env.advance(0);
    expect(outbox.state).toMatchObject({ waiting: 0, refused: null, givenUp: 1 });
  });

  it('tells when nothing can be kept on disk, and goes on in memory', async () => {
    const full: OutboxStorage = {
      ...createMemoryOutboxStorage(),
      update: () => Promise.reject(new Error('QuotaExceededError')),
    };
    const { env, outbox, entry, sent } = outboxOf({ storage: full });
    await outbox.add(entry(1, 1));
    await env.advance(0);
    expect(outbox.state).toEqual({ waiting: 0, durable: false, givenUp: 0, refused: null });
    expect(sent()).toEqual([1]);
  });

  it('whatever is lost on the way in whatever order, everything is answered once the server is back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            sitting: fc.integer({ min: 1, max: 4 }),
            up: fc.boolean(),
            waitMs: fc.nat(5000),
            gesture: fc.boolean(),
          }),
          { maxLength: 30 },
        ),
        async (steps) => {
          const { env, outbox, server, entry, requests } = outboxOf();
          const seqs = new Map<number, number>();
          for (const { sitting, up, waitMs, gesture } of steps) {
            server.up = up;
            const seq = (seqs.get(sitting) ?? 0) + 1;
            seqs.set(sitting, seq);
            await outbox.add(entry(sitting, seq, { kind: gesture ? 'gesture' : 'heartbeat' }));
            await env.advance(waitMs);
          }
          server.up = true;
          await env.advance(120_000);
          expect(outbox.state).toMatchObject({ waiting: 0, givenUp: 0 });
          const items = requests.flatMap((request) => request.items as ResumeSaveItem[]);
          for (const [sitting, seq] of seqs) {
            const own = items.filter(({ sittingId }) => sittingId === sittingNamed(sitting));
            expect(Math.max(...own.map((item) => item.seq))).toBe(seq);
            expect(new Set(own.map(({ intentAtMs }) => intentAtMs)).size).toBe(1);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('somebody who signs in', () => {
  it('sends what they said as a guest and could not send, once, and what others said stays theirs', async () => {
    const { env, outbox, server, entry, requests } = outboxOf();
    const guest = 'guest-'.padEnd(22, '_');
    server.up = false;
    for (const [i, viewerId] of [guest, BEN, guest].entries()) await outbox.add(entry(i + 1, i + 1, { viewerId }));
    server.up = true;
    outbox.flushNow();
    await env.advance(0);
    expect(requests).toEqual([]);
    await outbox.adopt(ANA, [guest, 'other-'.padEnd(22, '_')]);
    await env.advance(0);
    expect(requests).toMatchObject([{ viewerId: ANA, items: [{ seq: 1 }, { seq: 3 }] }]);
    await outbox.adopt(ANA, [guest]);
    outbox.flushNow();
    await env.advance(0);
    expect(requests).toHaveLength(1);
    expect(outbox.state).toMatchObject({ waiting: 1, givenUp: 0 });
  });

  it('sends again, and the very same, what was on its way when they did', async () => {
    const { env, outbox, server, entry, requests } = outboxOf();
    const guest = 'guest-'.padEnd(22, '_');
    server.viewer = guest;
    server.up = false;
    await outbox.add(entry(1, 1, { viewerId: guest }));
    await env.advance(0);
    server.viewer = ANA;
    server.aheadMs += 777;
    await outbox.adopt(ANA, [guest]);
    server.up = true;
    outbox.flushNow();
    await env.advance(0);
    expect(requests.map(({ viewerId }) => viewerId)).toEqual([guest, ANA]);
    expect(requests[1]?.items).toEqual(requests[0]?.items);
    expect(outbox.state.waiting).toBe(0);
  });
});

describe('[RES14] server time', () => {
  it('is put on when it is known, and all of a sitting says the same, also as the estimate moves', async () => {
    const { env, outbox, server, entry, requests } = outboxOf({ knowsTime: false });
    const first = entry(1, 1);
    await outbox.add(first);
    await env.advance(60_000);
    expect(requests).toEqual([]);
    server.knowsTime = true;
    outbox.flushNow();
    await env.advance(0);
    server.aheadMs = 4321;
    await outbox.add({ ...entry(1, 2), intent: first.intent });
    await env.advance(0);
    const items = requests.flatMap(({ items: all }) => all as ResumeSaveItem[]);
    expect(items.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(new Set(items.map(({ intentAtMs }) => intentAtMs)).size).toBe(1);
    expect(items[0]?.intentAtMs).toBe(first.intent.monotonicMs + 5000);
  });

  it('is put on anew where the server refuses the clock', async () => {
    const { env, outbox, server, entry, requests } = outboxOf();
    server.aheadMs = 3_600_000;
    server.answer = ({ intentAtMs }) =>
      intentAtMs > 1_000_000 ? { outcome: 'rejected', code: 'clock_skew', message: '' } : { outcome: 'applied', entry: null };
    const adding = outbox.add(entry(1, 1));
    server.aheadMs = 0;
    await adding;
    await env.advance(0);
    expect(requests.length).toBe(2);
    expect(outbox.state).toMatchObject({ waiting: 0, givenUp: 0 });
  });

  it('is not put on without end where the server refuses every clock: it waits longer each time', async () => {
    const { env, outbox, server, entry, requests } = outboxOf();
    server.answer = () => ({ outcome: 'rejected', code: 'clock_skew', message: '' });
    await outbox.add(entry(1, 1));
    await env.advance(0);
    expect(requests.length).toBe(2);
    await env.advance(60_000);
    expect(requests.length).toBeGreaterThan(2);
    expect(requests.length).toBeLessThan(12);
    expect(outbox.state).toMatchObject({ waiting: 1, givenUp: 0 });
  });
});

describe('when the page goes', () => {
  it('what waits is there at once, also what is not on the disk yet', async () => {
    const { outbox, server, entry } = outboxOf();
    server.up = false;
    await outbox.add(entry(1, 1));
    void outbox.add(entry(2, 1));
    expect(outbox.leftovers(60_000)?.items).toHaveLength(2);
    expect(outbox.leftovers(1300)?.items).toMatchObject([{ sittingId: sittingNamed(2) }]);
  });
});
