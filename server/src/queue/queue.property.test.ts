import { isUnavailable, type QueueResult } from '@cowatch/shared/protocol';
import type { QueueRecord } from '@cowatch/shared/queue';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../platform/clock/manual-clock.testing.ts';
import { LossyStore, TestInstance } from '../sessions/recovery/recovery.testing.ts';
import { HandSnapshots } from '../sessions/session.testing.ts';
import { queueOf } from './queue.record.ts';
import { type QueueBody, TestQueues } from './queue.testing.ts';

/** Two instances on a store that loses answers, and may forget everything; what was saved is safe. */
async function world() {
  const clock = new ManualClock();
  const snapshots = new HandSnapshots();
  const store = new LossyStore(clock);
  const instances: TestInstance[] = [];
  for (const index of [0, 1]) {
    const other = () => instances[1 - index]?.service;
    instances.push(
      new TestInstance(
        clock,
        store,
        snapshots,
        (id) => [other()?.cached(id) ?? null].filter((record) => record !== null),
        (id, name) => [other()?.cachedCompanion(id, name) ?? null].filter((companion) => companion !== null),
      ),
    );
  }
  const queues = instances.map((instance) => new TestQueues(instance, clock));
  const [first, second] = instances;
  const [here, there] = queues;
  if (first === undefined || second === undefined || here === undefined || there === undefined) throw new Error('two instances');
  const { id } = await first.create();
  const owner = first.service.memberId(id, 'viewer-ana');
  const rights = { kind: 'rights', right: 'video', holders: 'everyone' } as const;
  const envelope = { sessionId: id, opId: 'op-of-rights', issuedAtMs: clock.nowMs() };
  await first.service.command(id, { memberId: owner, name: 'Ana' }, { ...envelope, ...rights }, clock.nowMs());
  await second.read(id);
  return {
    clock,
    snapshots,
    store,
    id,
    people: [owner, 'member-ben00', 'member-cleo0'],
    instances: [first, second] as const,
    queues: [here, there] as const,
  };
}

type World = Awaited<ReturnType<typeof world>>;

/** Where an item is: every one that was added is somewhere, and at one place only. */
const placesOf = ({ items, current, history }: QueueRecord) => [
  ...items.map(({ itemId }) => itemId),
  ...(current === null ? [] : [current.itemId]),
  ...history.map(({ itemId }) => itemId),
];

/** Sends a command until it is answered, always with the same id: an answer that was lost is asked for again. */
async function answered(ask: () => Promise<QueueResult>): Promise<QueueResult | { readonly refused: string }> {
  for (let tries = 0; tries < 20; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isUnavailable(error)) return { refused: (error as { code: string }).code };
    }
  }
  throw new Error('never answered');
}

const stepSchema = fc.record({
  person: fc.nat(2),
  instance: fc.nat(1),
  /** How many steps run at once with this one. */
  isTogether: fc.boolean(),
  kind: fc.constantFrom('add', 'add', 'add', 'move', 'remove', 'next', 'vote', 'undo', 'play-now', 'ended', 'mode' as const),
  pick: fc.nat(7),
  place: fc.nat(7),
  /** What becomes of the next commit in the store. */
  fate: fc.constantFrom('answered', 'answered', 'answered', 'done unheard', 'not done unheard' as const),
  repeats: fc.boolean(),
  flush: fc.nat(19).map((n) => n === 0),
});
type Step = typeof stepSchema extends fc.Arbitrary<infer T> ? T : never;

/** Carries a step out, as whoever sees the queue as it is now would. */
async function take(world: World, step: Step, index: number, log: { added: string[]; removed: Set<string> }): Promise<void> {
  const { id, queues, store, people } = world;
  const here = queues[step.instance as 0 | 1];
  const person = people[step.person] ?? '';
  const { queue, session } = await here.read(id);
  if (step.kind === 'ended') {
    // The timers of both instances fire at once.
    const event = { kind: 'ended', version: session.playback.timeline.version } as const;
    await Promise.all(queues.map((one) => one.service.happened(id, event, world.clock.nowMs()).catch(() => {})));
    return;
  }
  const item = queue.items[step.pick % Math.max(1, queue.items.length)];
  const behind = queue.items[step.place % Math.max(1, queue.items.length)];
  const place = behind === undefined || step.place === 0 ? 'first' : { after: behind.itemId };
  const bodies: Record<Exclude<Step['kind'], 'ended'>, QueueBody | null> = {
    add: { kind: 'add', items: [0, 1].map((n) => ({ media: { url: `https://films.example/${index}-${n}.mp4` } })), place },
    move: item === undefined ? null : { kind: 'move', itemId: item.itemId, place },
    remove: item === undefined ? null : { kind: 'remove', itemId: item.itemId },
    next: { kind: 'next', fromItemId: queue.current?.itemId ?? null },
    vote: item === undefined ? null : { kind: 'vote', itemId: item.itemId, on: step.place % 2 === 0 },
    undo: { kind: 'undo' },
    'play-now': item === undefined ? null : { kind: 'play-now', itemId: item.itemId },
    mode: { kind: 'mode', mode: step.place % 2 === 0 ? 'votes' : 'manual' },
  };
  const body = bodies[step.kind];
  if (body === null) return;
  const ask = (where: TestQueues) => answered(() => where.command(id, person, `op-${index}-step`, body));
  store.nextCommit = step.fate;
  const result = await ask(here);
  // Its repeat arrives at the other instance.
  if (step.repeats && !('refused' in result) && result.changed)
    expect(await ask(queues[(1 - step.instance) as 0 | 1])).toMatchObject({ version: result.version });
  if ('refused' in result || !result.changed) return;
  if (body.kind === 'add') log.added.push(...(result.added ?? []).filter((itemId) => itemId !== null));
  if (body.kind === 'remove') log.removed.add(body.itemId);
}

describe('queues on two instances', () => {
  it('[QUEUE4] [QUEUE6] [QUEUE14] whatever three people do at once, with loss and repeats: one order on both, nothing lost, doubled or skipped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepSchema, { minLength: 1, maxLength: 24 }), async (steps) => {
        const here = await world();
        const log = { added: [] as string[], removed: new Set<string>() };
        for (let index = 0; index < steps.length; ) {
          const together = [index];
          while (steps[index]?.isTogether && together.length < 4 && index + 1 < steps.length) {
            index += 1;
            together.push(index);
          }
          index += 1;
          here.clock.advance(50);
          if (steps[index - 1]?.flush) here.store.flush();
          await Promise.all(together.map((one) => take(here, steps[one] as Step, one, log)));
        }
        here.store.nextCommit = 'answered';
        const [left, right] = [await here.queues[0].read(here.id), await here.queues[1].read(here.id)];
        expect(left.queue).toEqual(right.queue);
        expect(left.session).toEqual(right.session);
        const places = placesOf(left.queue);
        expect(new Set(places).size).toBe(places.length);
        const missing = log.added.filter((itemId) => !places.includes(itemId));
        expect(missing.filter((itemId) => !log.removed.has(itemId))).toEqual([]);
        // What is on is what the queue says is on.
        const { current } = left.queue;
        if (current !== null) expect(left.session.playback.media.id).toBe(current.media.id);
        // Everything of it is durable.
        for (const { writer } of here.instances) await writer.flush();
        const stored = await here.snapshots.companion(here.id, 'queue');
        if (places.length > 0) expect(queueOf(stored)).toEqual(left.queue);
        // People were told of rising versions only by each instance.
        for (const { told } of here.queues) {
          const versions = told.map(({ version }) => version);
          expect(versions).toEqual([...versions].sort((a, b) => a - b));
        }
      }),
      { numRuns: 300, seed: 20_260_115 },
    );
  }, 60_000);

  it('[QUEUE6] the timers of two instances at once go on by one video, not by two', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { id, queues, clock } = await world();
      await queues[0].command(id, 'member-ana00', 'op-of-an-add', {
        kind: 'add',
        items: ['a', 'b', 'c', 'd'].map((name) => ({ media: { url: `https://films.example/${name}.mp4` } })),
      });
      await queues[0].command(id, 'member-ana00', 'op-of-a-next', { kind: 'next', fromItemId: null });
      for (let left = 2; left >= 0; left -= 1) {
        clock.advance(20_000);
        const { version } = (await queues[0].read(id)).session.playback.timeline;
        await Promise.all([...queues, ...queues].map(({ service }) => service.happened(id, { kind: 'ended', version }, clock.nowMs())));
        const { queue, session } = await queues[1].read(id);
        expect(queue.items).toHaveLength(left);
        expect(session.playback.timeline.version).toBeGreaterThan(version);
        expect(queue.current?.media.id).toBe(session.playback.media.id);
      }
    }
  });

  it('[QUEUE14] what Redis forgot comes back: from the instances, and from the database where they are gone too', async () => {
    const { id, queues, store, clock, snapshots, instances } = await world();
    await queues[0].command(id, 'member-ana00', 'op-of-an-add', {
      kind: 'add',
      items: [{ media: { url: 'https://films.example/a.mp4' } }],
    });
    const before = (await queues[0].read(id)).queue;
    store.flush();
    expect((await queues[1].read(id)).queue).toEqual(before);
    await Promise.all(instances.map(({ writer }) => writer.flush()));
    store.flush();
    const later = new TestQueues(new TestInstance(clock, store, snapshots), clock);
    expect((await later.read(id)).queue).toEqual(before);
    // And it goes on from there.
    await later.command(id, 'member-ana00', 'op-of-a-next', { kind: 'next', fromItemId: null });
    expect((await later.read(id)).queue.current?.itemId).toBe(before.items[0]?.itemId);
  });

  it('[QUEUE14] an answer whose promise the database does not keep says so', async () => {
    const { id, queues, snapshots, instances } = await world();
    snapshots.away = true;
    const result = await queues[0].command(id, 'member-ana00', 'op-of-an-add', {
      kind: 'add',
      items: [{ media: { url: 'https://films.example/a.mp4' } }],
    });
    expect(result).toMatchObject({ changed: true, kept: false });
    snapshots.away = false;
    await instances[0].writer.flush();
    expect(queueOf(await snapshots.companion(id, 'queue')).items).toHaveLength(1);
  });
});
