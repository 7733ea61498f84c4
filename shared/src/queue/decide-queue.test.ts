import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SAMPLE } from '../media/sample.ts';
import { COMMAND_MAX_AGE_MS, type Media, QUEUE_HISTORY_MAX, QUEUE_MAX, type QueueCommand } from '../protocol/index.ts';
import { changeOver, createSessionRecord, type SessionRecord } from '../timeline/index.ts';
import { changeBetween, itemsAfter, placements } from './change.ts';
import { decideQueue } from './decide-queue.ts';
import { queueItemId } from './item-id.ts';
import { voteOrder } from './order.ts';
import type { QueueAction, QueueEvent } from './queue-actions.ts';
import type { QueueContext } from './queue-context.ts';
import { EMPTY_QUEUE, type QueueEntry, type QueueRecord, TOMBSTONES_MAX } from './queue-record.ts';
import { itemOf } from './queue-view.ts';
import { skipVotesNeeded } from './skip-votes.ts';

const NOW_MS = 1_700_000_000_000;
const ANA = { memberId: 'member-ana00', name: 'Ana' };
const BEN = { memberId: 'member-ben00', name: 'Ben' };
const CLEO = { memberId: 'member-cleo0', name: 'Cleo' };

const film = (name: string): Media => ({
  id: `url:${name}`,
  url: `https://films.example/${name}`,
  kind: 'file',
  title: null,
  durationS: null,
});

type Body = QueueAction extends infer A ? (A extends unknown ? Omit<A, 'sessionId' | 'opId' | 'issuedAtMs'> : never) : never;

/** The same party, in which these people may replace what is on. */
const withRights = (session: SessionRecord, video: 'everyone' | 'hosts'): SessionRecord => ({
  ...session,
  access: { ...session.access, rights: { video } },
});

/** A party with its queue: both as the last operation left them. */
class Party {
  session: SessionRecord = withRights(
    createSessionRecord({
      id: 'party',
      nowMs: NOW_MS,
      owner: ANA,
      name: null,
      control: 'everyone',
      media: SAMPLE,
      startS: 0,
    }),
    'everyone',
  );
  queue: QueueRecord = EMPTY_QUEUE;
  nowMs = NOW_MS;
  present = 3;
  #ops = 0;

  get names(): string[] {
    return this.queue.items.map(({ media }) => media.id.slice(4));
  }

  id(name: string): string {
    const found = [...this.queue.items, ...this.queue.history, ...(this.queue.current ? [this.queue.current] : [])];
    return found.find(({ media }) => media.id === `url:${name}`)?.itemId ?? '';
  }

  /** Gives a command; a refusal is its code. */
  give(actor: QueueContext['actor'], body: Body, opId = this.#nextOpId()) {
    const action = { ...body, sessionId: 'party', opId, issuedAtMs: this.nowMs } as QueueAction;
    return this.#take(action, actor);
  }

  add(actor: QueueContext['actor'], ...names: string[]) {
    return this.give(actor, { kind: 'add', items: names.map((name) => ({ media: film(name), startS: 0 })) });
  }

  happens(event: QueueEvent) {
    return this.#take(event, null);
  }

  /** Somebody loads something past the queue. */
  load(name: string) {
    const { nowMs } = this;
    this.session = changeOver(this.session, { media: film(name), positionS: 0 }, { nowMs, atMs: nowMs, by: ANA }).next;
  }

  #nextOpId(): string {
    this.#ops += 1;
    return `op-${this.#ops}-of-test`;
  }

  #take(action: QueueAction | QueueEvent, actor: QueueContext['actor']) {
    const decision = decideQueue(this.queue, action, { session: this.session, nowMs: this.nowMs, actor, present: this.present });
    if (decision.kind === 'refused') return decision.error.code;
    if (decision.kind === 'repeat') return decision.result;
    expect(decision.next.version).toBeGreaterThan(this.queue.version);
    this.queue = decision.next;
    if (decision.changeOver !== null) {
      const { by } = decision.changeOver;
      this.session = changeOver(this.session, decision.changeOver, { nowMs: this.nowMs, atMs: this.nowMs, by }).next;
    }
    return decision.result;
  }
}

describe('places', () => {
  it('[QUEUE4] behind what is gone means behind its nearest predecessor, as far as that is remembered', () => {
    const party = new Party();
    party.add(ANA, 'a', 'b', 'c', 'd');
    const [b, c] = [party.id('b'), party.id('c')];
    party.give(ANA, { kind: 'remove', itemId: c });
    party.give(ANA, { kind: 'remove', itemId: b });
    const item = { media: film('x'), startS: 0 };
    party.give(BEN, { kind: 'add', items: [item], place: { after: c } });
    expect(party.names).toEqual(['a', 'x', 'd']);
    party.give(ANA, { kind: 'next', fromItemId: null });
    party.give(BEN, { kind: 'add', items: [{ media: film('y'), startS: 0 }], place: { after: b } });
    expect(party.names).toEqual(['y', 'x', 'd']);
    for (let i = 0; i < TOMBSTONES_MAX; i += 1) {
      party.add(ANA, `t${i}`);
      party.give(ANA, { kind: 'remove', itemId: party.id(`t${i}`) });
    }
    expect(party.give(BEN, { kind: 'add', items: [item], place: { after: b } })).toBe('conflict');
  });

  it('[QUEUE4] a move to where it is changes nothing, and behind itself neither', () => {
    const party = new Party();
    party.add(ANA, 'a', 'b', 'c');
    const { queue } = party;
    party.give(ANA, { kind: 'move', itemId: party.id('a'), place: 'first' });
    party.give(ANA, { kind: 'move', itemId: party.id('b'), place: { after: party.id('a') } });
    party.give(ANA, { kind: 'move', itemId: party.id('b'), place: { after: party.id('b') } });
    expect(party.queue).toBe(queue);
    party.give(ANA, { kind: 'move', itemId: party.id('a'), place: 'last' });
    expect(party.names).toEqual(['b', 'c', 'a']);
  });
});

describe('what may be done', () => {
  it('[QUEUE2] others’ items, modes and the whole are for hosts; replacing what is on for those with the right', () => {
    const party = new Party();
    party.add(ANA, 'a', 'b');
    party.add(BEN, 'c');
    party.session = withRights(party.session, 'hosts');
    const refused: Body[] = [
      { kind: 'remove', itemId: party.id('a') },
      { kind: 'move', itemId: party.id('a'), place: 'last' },
      { kind: 'clear' },
      { kind: 'mode', mode: 'votes' },
      { kind: 'auto', on: false },
      { kind: 'skip-percent', percent: 40 },
      { kind: 'next', fromItemId: null },
      { kind: 'play-now', itemId: party.id('c') },
      { kind: 'stay', fromItemId: null, on: true },
    ];
    const { queue } = party;
    for (const body of refused) expect(party.give(BEN, body), body.kind).toBe('forbidden');
    expect(party.queue).toBe(queue);
    for (const body of refused) expect(party.give(ANA, body), body.kind).not.toBe('forbidden');
  });

  it('[QUEUE2] who may queue may go on from a video that is over, unless it is to stay', () => {
    const party = new Party();
    party.add(ANA, 'a', 'b', 'c');
    party.give(ANA, { kind: 'next', fromItemId: null });
    party.session = withRights(party.session, 'hosts');
    const lasting = (durationS: number | null) => {
      const { playback } = party.session;
      party.session = { ...party.session, playback: { ...playback, media: { ...playback.media, durationS } } };
    };
    const goOn = { kind: 'next', fromItemId: party.id('a') } as const;
    party.nowMs += 90_000;
    expect(party.give(BEN, goOn), 'of a length that nobody stated').toBe('forbidden');
    lasting(90.001);
    expect(party.give(BEN, goOn), 'before the end').toBe('forbidden');
    lasting(90);
    party.give(ANA, { kind: 'stay', fromItemId: party.id('a'), on: true });
    expect(party.give(BEN, goOn), 'where it is to stay').toBe('forbidden');
    party.give(ANA, { kind: 'stay', fromItemId: party.id('a'), on: false });
    expect(party.give(BEN, { kind: 'play-now', itemId: party.id('c') }), 'what is not its turn').toBe('forbidden');
    expect(party.give(BEN, goOn)).toMatchObject({ changed: true });
    expect(party.names).toEqual(['c']);
    expect(party.give(BEN, { kind: 'next', fromItemId: party.id('b') }), 'the one that has begun').toBe('forbidden');
  });

  it('[QUEUE14] nothing by whom was shut out, after the end, or too late', () => {
    const party = new Party();
    const late = { kind: 'clear', sessionId: 'party', opId: 'op-of-a-clear', issuedAtMs: NOW_MS - COMMAND_MAX_AGE_MS - 1 } as QueueCommand;
    const context = { session: party.session, nowMs: NOW_MS, actor: ANA, present: 1 };
    expect(decideQueue(EMPTY_QUEUE, late as QueueAction, context)).toMatchObject({ error: { code: 'conflict' } });
    party.session = { ...party.session, bannedIds: [BEN.memberId] };
    expect(party.add(BEN, 'a')).toBe('forbidden');
    party.session = { ...party.session, endedAtMs: NOW_MS };
    expect(party.add(ANA, 'a')).toBe('gone');
    expect(party.happens({ kind: 'ended', version: party.session.playback.timeline.version })).toMatchObject({ changed: false });
  });

  it('[QUEUE13] one person has 50 items and hosts as many as fit; what has no room is left out and told', () => {
    const party = new Party();
    const many = (n: number) => Array.from({ length: n }, (_, i) => `f${i}`);
    expect(party.add(BEN, ...many(49))).toMatchObject({ changed: true });
    const result = party.add(BEN, 'x', 'y');
    expect(result).toMatchObject({ changed: true, added: [expect.any(String), null] });
    expect(party.add(BEN, 'z')).toBe('conflict');
    for (let left = QUEUE_MAX - 50; left > 0; left -= 90) party.add(ANA, ...many(Math.min(90, left)));
    expect(party.queue.items).toHaveLength(QUEUE_MAX);
    expect(party.add(ANA, 'x')).toBe('conflict');
    expect(party.add(CLEO, 'x')).toBe('conflict');
  });
});

describe('votes', () => {
  const entry = (itemId: string, memberId: string, addedAtMs: number, votes = 0): QueueEntry => ({
    itemId,
    media: film(itemId),
    startS: 0,
    addedBy: { memberId, name: memberId },
    addedAtMs,
    voters: Array.from({ length: votes }, (_, i) => `voter-${i}`),
  });

  it('[QUEUE7] order by how many want it, then in turn by who added, then by time', () => {
    const items = [
      entry('a1', 'ana', 1),
      entry('a2', 'ana', 2),
      entry('a3', 'ana', 3),
      entry('b1', 'ben', 4),
      entry('c1', 'cleo', 5),
      entry('b2', 'ben', 6),
      entry('a4', 'ana', 7, 2),
    ];
    expect(voteOrder(items).map(({ itemId }) => itemId)).toEqual(['a4', 'a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('[QUEUE7] give one order, whatever order they were counted in', () => {
    const arbitrary = fc.uniqueArray(fc.record({ who: fc.constantFrom('ana', 'ben', 'cleo'), atMs: fc.nat(1000), votes: fc.nat(3) }), {
      selector: ({ atMs }) => atMs,
      maxLength: 30,
    });
    fc.assert(
      fc.property(arbitrary, fc.infiniteStream(fc.nat()), (rows, keys) => {
        const items = rows.map(({ who, atMs, votes }) => entry(`i${atMs}`, who, atMs, votes));
        const shuffled = items
          .map((one) => ({ one, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(voteOrder(shuffled)).toEqual(voteOrder(items));
      }),
    );
  });

  it('[QUEUE8] skip with half of those who are there, at least one, never less than asked', () => {
    expect([0, 1, 2, 3, 4, 5].map((present) => skipVotesNeeded(present, 50))).toEqual([1, 1, 1, 2, 2, 3]);
    expect([skipVotesNeeded(10, 30), skipVotesNeeded(10, 100), skipVotesNeeded(7, 30)]).toEqual([3, 10, 3]);
    const party = new Party();
    party.add(ANA, 'a');
    party.give(BEN, { kind: 'skip', fromItemId: null, on: true });
    expect(party.queue.current).toBeNull();
    party.give(BEN, { kind: 'skip', fromItemId: null, on: false });
    party.give(CLEO, { kind: 'skip', fromItemId: null, on: true });
    expect(party.queue.current).toBeNull();
    party.give(BEN, { kind: 'skip', fromItemId: null, on: true });
    expect(party.queue.current?.media.id).toBe('url:a');
    // The same vote, late, is about what is not on any more.
    party.add(ANA, 'b', 'c');
    for (const who of [ANA, BEN, CLEO])
      expect(party.give(who, { kind: 'skip', fromItemId: null, on: true })).toMatchObject({ changed: false });
    expect(party.names).toEqual(['b', 'c']);
  });

  it('[QUEUE7] [QUEUE8] go with whom they were, and fewer are needed then', () => {
    const party = new Party();
    party.present = 4;
    party.add(ANA, 'a', 'b');
    for (const who of [BEN, CLEO]) party.give(who, { kind: 'vote', itemId: party.id('b'), on: true });
    party.give(ANA, { kind: 'skip', fromItemId: null, on: true });
    party.present = 2;
    party.happens({ kind: 'left', memberIds: [BEN.memberId, 'member-dev00'] });
    expect(party.queue.current?.media.id).toBe('url:a');
    expect(party.queue.items[0]?.voters).toEqual([CLEO.memberId]);
    expect(party.happens({ kind: 'left', memberIds: [BEN.memberId] })).toMatchObject({ changed: false });
  });

  it('[QUEUE1] of guests are their account’s once they are brought along, and no vote counts twice', () => {
    const party = new Party();
    party.add(BEN, 'a');
    for (const who of [BEN, CLEO]) party.give(who, { kind: 'vote', itemId: party.id('a'), on: true });
    party.happens({ kind: 'succeeded', guestIds: [BEN.memberId], memberId: CLEO.memberId });
    expect(party.queue.items[0]).toMatchObject({ addedBy: { memberId: CLEO.memberId, name: 'Ben' }, voters: [CLEO.memberId] });
    expect(party.give(CLEO, { kind: 'remove', itemId: party.id('a') })).toMatchObject({ changed: true });
  });
});

describe('what is on', () => {
  it('[QUEUE6] [QUEUE12] ends once for each version of the timeline', () => {
    const party = new Party();
    party.add(ANA, 'a', 'b', 'c');
    party.give(ANA, { kind: 'next', fromItemId: null });
    const { version } = party.session.playback.timeline;
    expect(party.happens({ kind: 'ended', version })).toMatchObject({ changed: true });
    expect(party.happens({ kind: 'ended', version })).toMatchObject({ changed: false });
    expect(party.names).toEqual(['c']);
    expect(party.session.playback).toMatchObject({ media: { id: 'url:b' }, timeline: { playing: true, positionS: 0 } });
  });

  it('[QUEUE12] stays at its end where that is wanted, or where the queue does not go on by itself, or when paused', () => {
    const party = new Party();
    party.add(ANA, 'a', 'b');
    const end = () => party.happens({ kind: 'ended', version: party.session.playback.timeline.version });
    expect(end()).toMatchObject({ changed: false });
    party.give(ANA, { kind: 'next', fromItemId: null });
    party.give(ANA, { kind: 'stay', fromItemId: party.id('a'), on: true });
    expect(end()).toMatchObject({ changed: false });
    party.give(ANA, { kind: 'stay', fromItemId: party.id('a'), on: false });
    party.give(ANA, { kind: 'auto', on: false });
    expect(end()).toMatchObject({ changed: false });
    party.give(ANA, { kind: 'auto', on: true });
    expect(end()).toMatchObject({ changed: true });
    expect(end()).toMatchObject({ changed: false });
  });

  it('[QUEUE10] goes into the history with where it was left, each title once, the last 200', () => {
    const party = new Party();
    party.add(ANA, 'a', 'b');
    party.give(ANA, { kind: 'play-now', itemId: party.id('a') });
    party.nowMs += 100_000;
    party.give(ANA, { kind: 'next', fromItemId: party.id('a') });
    expect(party.queue.history.map(({ media, positionS }) => [media.id, positionS])).toEqual([
      ['title:sample', undefined],
      ['url:a', 100],
    ]);
    const a = party.id('a');
    party.give(BEN, { kind: 'play-now', itemId: a });
    expect(party.session.playback).toMatchObject({ media: { id: 'url:a' }, timeline: { positionS: 100 } });
    expect(party.queue.history.map(({ media }) => media.id)).toEqual(['title:sample', 'url:b']);
    expect(party.queue.current).toMatchObject({ addedBy: BEN });
    for (let i = 0; i < QUEUE_HISTORY_MAX + 5; i += 1) {
      party.add(ANA, `n${i}`);
      party.give(ANA, { kind: 'next', fromItemId: party.queue.current?.itemId ?? null });
    }
    expect(party.queue.history).toHaveLength(QUEUE_HISTORY_MAX);
    party.load('other');
    party.happens({ kind: 'replaced' });
    expect(party.queue.history).toHaveLength(QUEUE_HISTORY_MAX);
    expect(party.queue.history.at(-1)?.media.id).toBe(`url:n${QUEUE_HISTORY_MAX + 4}`);
  });

  it('[QUEUE3] [QUEUE10] is what the queue put on as long as nothing else was loaded; a title that comes later is filled in', () => {
    const party = new Party();
    party.add(ANA, 'a', 'b');
    party.give(ANA, { kind: 'next', fromItemId: null });
    party.happens({ kind: 'known', mediaId: 'url:a', title: 'What is on' });
    party.load('other');
    expect(party.give(ANA, { kind: 'next', fromItemId: party.id('a') })).toBe('conflict');
    party.happens({ kind: 'replaced' });
    expect(party.queue.current).toBeNull();
    expect(party.queue.history.at(-1)).toMatchObject({ media: { id: 'url:a', title: 'What is on' }, addedBy: ANA });
    party.happens({ kind: 'known', mediaId: 'url:b', title: 'The film' });
    expect(party.queue.items[0]?.media).toMatchObject({ title: 'The film', durationS: null });
    expect(party.happens({ kind: 'known', mediaId: 'url:b', title: 'Another' })).toMatchObject({ changed: false });
  });
});

describe('operations', () => {
  it('[QUEUE14] act once, also where they are not remembered any more', () => {
    const party = new Party();
    party.give(ANA, { kind: 'add', items: [{ media: film('a'), startS: 0 }] }, 'op-of-an-add');
    for (let i = 0; i < 200; i += 1) party.give(ANA, { kind: 'auto', on: i % 2 === 0 });
    const again = party.give(ANA, { kind: 'add', items: [{ media: film('a'), startS: 0 }] }, 'op-of-an-add');
    expect(again).toEqual({ version: party.queue.version, changed: false, added: [queueItemId('party', ANA.memberId, 'op-of-an-add', 0)] });
    expect(party.names).toEqual(['a']);
  });

  it('[QUEUE9] are taken back by whose they are, then by hosts, for 10 s', () => {
    const party = new Party();
    party.add(BEN, 'a', 'b');
    party.give(BEN, { kind: 'remove', itemId: party.id('a') });
    expect(party.give(CLEO, { kind: 'undo' })).toBe('conflict');
    party.give(ANA, { kind: 'undo' });
    expect(party.names).toEqual(['a', 'b']);
    party.give(BEN, { kind: 'remove', itemId: party.id('a') });
    party.nowMs += 10_001;
    expect(party.give(BEN, { kind: 'undo' })).toBe('conflict');
    // What was taken back can be taken out again.
    party.add(BEN, 'c');
    party.give(BEN, { kind: 'remove', itemId: party.id('c') });
    party.give(BEN, { kind: 'undo' });
    expect(party.give(BEN, { kind: 'remove', itemId: party.id('c') })).toMatchObject({ changed: true });
  });

  it('[QUEUE9] [QUEUE13] come back as far as there is room', () => {
    const party = new Party();
    const full = Array.from({ length: QUEUE_MAX }, (_, n) => `n${n}`);
    party.add(ANA, ...full);
    party.give(ANA, { kind: 'clear' });
    party.add(ANA, ...full.slice(1).map((name) => `late-${name}`));
    party.give(ANA, { kind: 'undo' });
    expect(party.queue.items).toHaveLength(QUEUE_MAX);
    party.give(ANA, { kind: 'remove', itemId: party.id('late-n1') });
    party.add(ANA, 'last');
    expect(party.give(ANA, { kind: 'undo' })).toBe('conflict');
    expect(party.queue.items).toHaveLength(QUEUE_MAX);
  });
});

describe('changes', () => {
  const order = fc.uniqueArray(fc.nat(30).map(String), { maxLength: 20 });

  it('[QUEUE11] lead from any queue to any other', () => {
    fc.assert(
      fc.property(order, order, fc.array(fc.nat(2), { minLength: 20, maxLength: 20 }), (before, after, votes) => {
        const entryOf = (itemId: string, index: number): QueueEntry => ({
          itemId,
          media: film(itemId),
          startS: 0,
          addedBy: ANA,
          addedAtMs: Number(itemId),
          voters: Array.from({ length: votes[index] ?? 0 }, (_, n) => `v${n}`),
        });
        const from: QueueRecord = { ...EMPTY_QUEUE, version: 1, items: before.map((itemId) => entryOf(itemId, 0)) };
        const known = new Map(from.items.map((one) => [one.itemId, one]));
        const items = after.map((itemId, index) => {
          const was = known.get(itemId);
          return was === undefined ? entryOf(itemId, index) : { ...was, voters: entryOf(itemId, index).voters };
        });
        const to: QueueRecord = { ...from, version: 2, items };
        const change = changeBetween('party', from, to, []);
        expect(itemsAfter(from.items.map(itemOf), change)).toEqual(to.items.map(itemOf));
      }),
      { numRuns: 500 },
    );
  });

  it('[QUEUE11] name one item where one was moved', () => {
    expect(placements(['a', 'b', 'c', 'd'], ['b', 'c', 'd', 'a'])).toEqual([{ itemId: 'a', after: 'd' }]);
    expect(placements(['a', 'b', 'c', 'd'], ['d', 'a', 'b', 'c'])).toEqual([{ itemId: 'd', after: null }]);
  });
});
