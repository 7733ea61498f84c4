import { type Access, LIVE_ROSTER_MAX, type Member, type PresenceChange, ROSTER_PAGE_SIZE } from '@cowatch/shared/protocol';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionIds } from '../membership/member.registry.ts';
import {
  HOST_HEALTH_INTERVAL_MS,
  INSTANCE_GONE_AFTER_MS,
  LIVE_ROSTER_AGAIN,
  PRESENCE_INTERVAL_MAX_MS,
  PRESENCE_RENEW_MS,
} from '../session.limits.ts';
import { HandCluster, TestPresence } from './presence.testing.ts';

const ACCESS: Access = { version: 1, name: 'Film', control: 'everyone', ownerId: 'ana', hostIds: [] };
const S = 'session';

/** An instance, and a client on it that knows what it was told, as the protocol says. */
class Instance {
  readonly presence: TestPresence;
  readonly id: string;
  readonly told: PresenceChange[] = [];
  known = new Map<string, Member>();
  #revision = -1;

  constructor(cluster: HandCluster, id: string, latenciesMs?: readonly number[]) {
    this.id = id;
    this.presence = cluster.instance(id, latenciesMs);
  }

  connection(memberId: string): ConnectionIds {
    return { sessionId: S, memberId, socketId: `${memberId}@${this.id}` };
  }

  /** Joins as the service does: looks for the others first. */
  async enter(memberId: string, nowMs: number, name = memberId.toUpperCase()): Promise<void> {
    await this.presence.remote.refresh([S], nowMs, 'if unknown')?.catch(() => {});
    this.presence.enter(this.connection(memberId), { name }, ACCESS, nowMs);
    this.adopt();
  }

  exit(memberId: string, nowMs: number): boolean {
    return this.presence.exit(this.connection(memberId), nowMs);
  }

  report(memberId: string, state: Member['state'], nowMs: number, driftMs: number | null = null): void {
    this.presence.report(this.connection(memberId), { state, driftMs }, nowMs);
  }

  /** The client takes the first page for the truth. */
  adopt(): void {
    const page = this.presence.local.firstPage(S);
    this.known = new Map(page.members.map((member) => [member.memberId, member]));
    this.#revision = page.revision;
  }

  /** One beat: what the timer of an instance does. */
  async beat(nowMs: number): Promise<void> {
    await this.presence.remote.exchange(nowMs);
    for (const { change } of this.presence.local.takeChanges(nowMs)) {
      this.told.push(change);
      if (change.revision !== this.#revision + 1) this.adopt();
      this.#revision = change.revision;
      for (const member of change.changed) this.known.set(member.memberId, member);
      for (const memberId of change.left) this.known.delete(memberId);
    }
  }

  get names(): string[] {
    return this.presence.local
      .firstPage(S)
      .members.map(({ memberId }) => memberId)
      .sort();
  }

  get count(): number {
    return this.presence.all.count(S).members;
  }
}

let cluster: HandCluster;
let a: Instance;
let b: Instance;
let nowMs: number;
beforeEach(() => {
  cluster = new HandCluster();
  a = new Instance(cluster, 'a', [10, 20, 30]);
  b = new Instance(cluster, 'b', [100]);
  nowMs = 1_700_000_000_000;
});

/** Lets time pass, with a beat of every instance four times a second. */
const pass = (durationMs: number, ...instances: Instance[]) => passBy(250, durationMs, instances);

async function passBy(stepMs: number, durationMs: number, instances: readonly Instance[]): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += stepMs) {
    nowMs += stepMs;
    for (const instance of instances) await instance.beat(nowMs);
  }
}

describe('presence of two instances', () => {
  it('[PRES7] is the same on both, within two of its intervals', async () => {
    await a.enter('ana', nowMs);
    await pass(250, a, b);
    await b.enter('ben', nowMs);
    // The answer to the very first join has everybody.
    expect([...b.known.keys()].sort()).toEqual(['ana', 'ben']);
    await pass(500, a, b);
    expect([a.names, b.names]).toEqual([
      ['ana', 'ben'],
      ['ana', 'ben'],
    ]);
    expect(a.told.at(-1)).toMatchObject({ count: 2, changed: [{ memberId: 'ben', role: 'member' }], left: [] });
    b.report('ben', 'playing', nowMs, 3);
    await pass(500, a, b);
    expect(a.told.at(-1)).toMatchObject({ changed: [{ memberId: 'ben', state: 'playing', driftMs: 3 }] });
    expect(b.exit('ben', nowMs)).toBe(true);
    await pass(500, a, b);
    expect(a.told.at(-1)).toMatchObject({ count: 1, changed: [], left: ['ben'] });
  });

  it('[PRES7] finds both who came at the same moment and saw nobody', async () => {
    await Promise.all([a.enter('ana', nowMs), b.enter('ben', nowMs)]);
    expect([a.names, b.names]).toEqual([['ana'], ['ben']]);
    await pass(500, a, b);
    expect([a.names, b.names]).toEqual([
      ['ana', 'ben'],
      ['ana', 'ben'],
    ]);
  });

  it('[FACE1] of two who take one name on two of them at once the later one gets a number', async () => {
    await a.enter('ben', nowMs, 'Ana');
    await b.enter('cleo', nowMs + 1, 'Ana');
    await pass(1000, a, b);
    for (const { presence, known } of [a, b]) {
      expect([presence.local.nameOf(S, 'ben'), presence.local.nameOf(S, 'cleo')]).toEqual(['Ana', 'Ana 2']);
      expect([known.get('ben')?.name, known.get('cleo')?.name]).toEqual(['Ana', 'Ana 2']);
    }
    // Whoever comes where the other is known gets it at once.
    await a.enter('dev', nowMs, 'ana');
    expect(a.presence.local.nameOf(S, 'dev')).toBe('ana 3');
  });

  it('[PRES8] somebody on two of them is one member, with the newest name and the device that watches most', async () => {
    await a.enter('ben', nowMs, 'Ben');
    await pass(500, a, b);
    await b.enter('ben', nowMs, 'Benjamin');
    b.report('ben', 'playing', nowMs, 4);
    a.report('ben', 'background', nowMs);
    await pass(500, a, b);
    for (const { presence, known } of [a, b]) {
      expect(presence.all.count(S)).toEqual({ members: 1, devices: 2 });
      const ben = { memberId: 'ben', name: 'Benjamin', state: 'playing', driftMs: 4, devices: 2 };
      expect(presence.local.firstPage(S).members).toMatchObject([ben]);
      expect(known.get('ben')).toMatchObject(ben);
    }
    expect(a.presence.local.reface(S, 'ben', { name: 'B.' }, nowMs + 1)).toBe(true);
    b.exit('ben', nowMs);
    await pass(500, a, b);
    expect(a.known.get('ben')).toMatchObject({ name: 'B.', state: 'background', devices: 1 });
    expect(a.told.flatMap(({ left }) => left)).toEqual([]);
  });

  it('[PRES9] whoever is on an instance that dies is gone after it is silent, and not before', async () => {
    await a.enter('ana', nowMs);
    await b.enter('ben', nowMs);
    await pass(1000, a, b);
    await pass(INSTANCE_GONE_AFTER_MS - 5000, a);
    expect(a.names).toEqual(['ana', 'ben']);
    await pass(5000 + PRESENCE_RENEW_MS + 1000, a);
    expect(a.names).toEqual(['ana']);
    expect(a.told.at(-1)).toMatchObject({ count: 1, left: ['ben'] });
    expect(a.presence.remote.elsewhere(S)?.occupied).toBe(false);
    // What the dead one left is cleared away by whoever lives.
    await pass(4 * INSTANCE_GONE_AFTER_MS, a);
    expect(cluster.fieldsOf(S)).toEqual(['a']);
  });

  it('[PRES9] nobody is gone because Redis is, nor because it comes back empty', async () => {
    await a.enter('ana', nowMs);
    await b.enter('ben', nowMs);
    await pass(1000, a, b);
    const told = a.told.length;
    cluster.away = true;
    await pass(4 * INSTANCE_GONE_AFTER_MS, a, b);
    expect(a.names).toEqual(['ana', 'ben']);
    cluster.away = false;
    cluster.generation += 2;
    cluster.flushAll();
    await pass(INSTANCE_GONE_AFTER_MS, a, b);
    expect([a.names, b.names]).toEqual([
      ['ana', 'ben'],
      ['ana', 'ben'],
    ]);
    expect(a.told).toHaveLength(told);
    expect(cluster.fieldsOf(S).sort()).toEqual(['a', 'b']);
    // A flush that nobody is told of is mended with the next renewal.
    cluster.flushAll();
    await pass(PRESENCE_RENEW_MS + 500, a, b);
    expect(cluster.fieldsOf(S).sort()).toEqual(['a', 'b']);
    expect(a.told).toHaveLength(told);
    // And one that died while Redis was away is gone.
    await pass(INSTANCE_GONE_AFTER_MS + PRESENCE_RENEW_MS + 1000, a);
    expect(a.names).toEqual(['ana']);
  });

  it('[PRES7] lost messages between instances are made up for', async () => {
    await a.enter('ana', nowMs);
    cluster.deaf = true;
    await b.enter('ben', nowMs);
    await pass(PRESENCE_RENEW_MS + 1500, a, b);
    expect(a.names).toEqual(['ana', 'ben']);
    await b.enter('cleo', nowMs);
    await pass(PRESENCE_RENEW_MS + 1500, a, b);
    expect(a.names).toEqual(['ana', 'ben', 'cleo']);
  });

  it('one who comes while Redis is away comes in, and meets the others later', async () => {
    await b.enter('ben', nowMs);
    await pass(500, a, b);
    cluster.away = true;
    await a.enter('ana', nowMs);
    expect(a.names).toEqual(['ana']);
    cluster.away = false;
    await pass(1500, a, b);
    expect([a.names, b.names]).toEqual([
      ['ana', 'ben'],
      ['ana', 'ben'],
    ]);
  });

  it('many who come at once ask Redis once', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => a.enter(`m${i}`, nowMs)));
    expect(cluster.reads).toBe(1);
  });

  it('[TL4] latencies of the others count for all their people', async () => {
    await a.enter('ana', nowMs);
    await b.enter('ben', nowMs);
    await b.enter('cleo', nowMs);
    await pass(500, a, b);
    expect(a.presence.remote.latencies(S)).toEqual([{ members: 2, latenciesMs: [100] }]);
    expect(b.presence.remote.latencies(S)).toEqual([{ members: 1, latenciesMs: [10, 20, 30] }]);
  });

  it('says when somebody was last there, after the last one left', async () => {
    await b.enter('ben', nowMs);
    await pass(1000, a, b);
    const leftAtMs = nowMs;
    b.exit('ben', nowMs);
    await pass(20_000, b);
    await a.presence.remote.refresh([S], nowMs, 'anew');
    expect(a.presence.remote.elsewhere(S)).toEqual({ occupied: false, seenAtMs: leftAtMs });
    expect(a.presence.all.count(S)).toEqual({ members: 0, devices: 0 });
  });
});

describe('a large session on two instances', () => {
  const HALF = LIVE_ROSTER_MAX / 2 + 10;

  beforeEach(async () => {
    await a.enter('ana', nowMs);
    for (let i = 0; i < HALF; i += 1) await a.enter(`a${i}`, nowMs);
    for (let i = 0; i < HALF; i += 1) await b.enter(`b${i}`, nowMs);
    await pass(2 * PRESENCE_INTERVAL_MAX_MS, a, b);
  });

  it('[PRES4] counts all, and shows owner and hosts alone, wherever they are', async () => {
    expect([a.count, b.count]).toEqual([2 * HALF + 1, 2 * HALF + 1]);
    const told = b.told.length;
    a.report('a3', 'playing', nowMs);
    await pass(PRESENCE_INTERVAL_MAX_MS, a, b);
    expect(b.told).toHaveLength(told);
    a.report('ana', 'playing', nowMs);
    await pass(HOST_HEALTH_INTERVAL_MS, a, b);
    expect(b.told.at(-1)).toMatchObject({ count: 2 * HALF + 1, changed: [{ memberId: 'ana', state: 'playing' }] });
    expect(b.told.at(-1)?.changed).toHaveLength(1);
    // Shares of a large session name nobody but the hosts.
    a.exit('a0', nowMs);
    await pass(PRESENCE_INTERVAL_MAX_MS, a, b);
    expect(b.told.at(-1)).toMatchObject({ count: 2 * HALF, changed: [], left: [] });
  });

  it('[PRES5] pages through everybody once, owner first, asking the others for theirs', async () => {
    for (const { presence } of [a, b]) {
      const seen: string[] = [];
      for (let offset: number | null = 0; offset !== null; ) {
        const page = await presence.all.page(S, offset);
        expect(page.members.length).toBeLessThanOrEqual(ROSTER_PAGE_SIZE);
        seen.push(...page.members.map(({ memberId }) => memberId));
        offset = page.nextOffset;
      }
      expect(seen[0]).toBe('ana');
      expect(new Set(seen).size).toBe(2 * HALF + 1);
      expect(seen).toHaveLength(2 * HALF + 1);
    }
  });

  it('[PRES10] goes without the pages of an instance that gives no answer, and comes to an end', async () => {
    cluster.silent.add('b');
    const first = await a.presence.all.page(S, 0);
    expect(first).toMatchObject({ count: 2 * HALF + 1, nextOffset: HALF + 1 });
    expect(await a.presence.all.page(S, HALF + 1)).toMatchObject({ members: [], nextOffset: null });
  });

  it('[PRES4] goes back to the live roster on both when enough have left, after a gap', async () => {
    const leave = 2 * HALF + 1 - LIVE_ROSTER_AGAIN;
    for (let i = 0; i < leave; i += 1) (i % 2 ? a : b).exit(`${i % 2 ? 'a' : 'b'}${Math.floor(i / 2)}`, nowMs);
    await pass(2 * PRESENCE_INTERVAL_MAX_MS, a, b);
    expect([a.count, b.count]).toEqual([LIVE_ROSTER_AGAIN, LIVE_ROSTER_AGAIN]);
    expect(a.names).toHaveLength(LIVE_ROSTER_AGAIN);
    expect(b.names).toEqual(a.names);
    expect([...a.known.keys()].sort()).toEqual(a.names);
    expect([...b.known.keys()].sort()).toEqual(a.names);
    expect([...a.told, ...b.told].flatMap(({ left }) => left)).toEqual([]);
  });
});

describe('whatever happens on three instances', () => {
  const MEMBERS = ['ana', 'ben', 'cleo', 'dan', 'eve'];
  const STATES = ['playing', 'paused', 'buffering', 'background'] as const;
  const step = fc.oneof(
    fc.record({ kind: fc.constant('enter' as const), who: fc.nat(4), where: fc.nat(2) }),
    fc.record({ kind: fc.constant('exit' as const), who: fc.nat(4), where: fc.nat(2) }),
    fc.record({ kind: fc.constant('report' as const), who: fc.nat(4), where: fc.nat(2), state: fc.nat(3) }),
    fc.record({ kind: fc.constant('beats' as const), count: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ kind: fc.constant('deaf' as const), on: fc.boolean() }),
    fc.record({ kind: fc.constant('away' as const), on: fc.boolean() }),
    fc.constant({ kind: 'flush' as const }),
  );

  it('[PRES7] all come to know the same people, and so do those who only listen', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const hand = new HandCluster();
        const instances = ['x', 'y', 'z'].map((id) => new Instance(hand, id));
        const model: TestPresence = new TestPresence();
        const present = new Set<string>();
        for (const one of steps) {
          nowMs += 1;
          if (one.kind === 'beats') await pass(one.count * 250, ...instances);
          else if (one.kind === 'deaf') hand.deaf = one.on;
          else if (one.kind === 'flush') hand.flushAll();
          else if (one.kind === 'away') {
            if (hand.away && !one.on) hand.generation += 1;
            hand.away = one.on;
          } else {
            const instance = instances[one.where];
            const memberId = MEMBERS[one.who];
            if (instance === undefined || memberId === undefined) throw new Error('nobody');
            const connection = instance.connection(memberId);
            const isIn = present.has(connection.socketId);
            if (one.kind === 'enter') {
              await instance.enter(memberId, nowMs);
              model.enter(connection, { name: memberId.toUpperCase() }, ACCESS, nowMs);
              present.add(connection.socketId);
            } else if (isIn && one.kind === 'exit') {
              instance.exit(memberId, nowMs);
              model.exit(connection, nowMs);
              present.delete(connection.socketId);
            } else if (isIn && one.kind === 'report') {
              const state = STATES[one.state] ?? 'playing';
              instance.report(memberId, state, nowMs);
              model.report(connection, { state, driftMs: null }, nowMs);
            }
          }
        }
        Object.assign(hand, { deaf: false, away: false, generation: hand.generation + 1 });
        // Long and quiet, 150 times: a beat a second is enough.
        await passBy(1000, 3 * INSTANCE_GONE_AFTER_MS, instances);
        const byId = (members: Iterable<Member>) => [...members].sort((p, q) => (p.memberId < q.memberId ? -1 : 1));
        const faceless = ({ look, ...member }: Member) => member;
        let looks: Member['look'][] | null = null;
        for (const { presence, known } of instances) {
          if (presence.registry.totals().members === 0) continue;
          const wanted = byId(model.local.firstPage(S).members);
          const found = byId(presence.local.firstPage(S).members);
          expect(found.map(faceless)).toEqual(wanted.map(faceless));
          expect(byId(known.values())).toEqual(found);
          // [FACE1] In whatever order they came, nobody is taken for another, and all instances say the same.
          expect(new Set(found.map(({ look }) => `${look.colour} ${look.emoji}`)).size).toBe(found.length);
          looks ??= found.map(({ look }) => look);
          expect(found.map(({ look }) => look)).toEqual(looks);
          expect(presence.all.count(S)).toEqual(model.all.count(S));
        }
      }),
      { numRuns: 150 },
    );
  });
});
