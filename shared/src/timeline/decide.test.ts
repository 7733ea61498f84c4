import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../../docs/vectors/timeline-position.json' with { type: 'json' };
import { COMMAND_MAX_AGE_MS, type Media, type Playback, REMEMBERED_OPS } from '../protocol/index.ts';
import type { PlaybackAction, SessionAction } from './change.ts';
import { type Decision, decide, pauseEmpty } from './decide.ts';
import { LEAD_MARGIN_MS, LEAD_MAX_MS, leadMsFor } from './lead.ts';
import { newerPlayback, nextVersion, playbackPositionAt, positionAt } from './position.ts';
import { createSessionRecord, type SessionRecord } from './session-record.ts';
import { succeedGuests } from './succession.ts';

const SESSION_ID = 'abcdefghijklmnopqrstuv';
const OWNER = { memberId: 'owner0000000', name: 'Ana' };
const BEN = { memberId: 'ben000000000', name: 'Ben' };
const DEV_ID = 'dev000000000';
const CLEO = { memberId: 'cleo00000000', name: 'Cleo' };
const MEDIA: Media = { id: 'title:a', url: '/a.mp4', kind: 'file', title: null, durationS: 600 };
const T0 = 1_700_000_000_000;
const LEAD_MS = 100;

const newRecord = (control: 'everyone' | 'hosts' = 'everyone', media = MEDIA) =>
  createSessionRecord({ id: SESSION_ID, nowMs: T0, owner: OWNER, name: 'Film', control, media, startS: 0 });

let opCounter = 0;
type Body<T> = T extends unknown ? Omit<T, 'sessionId' | 'opId' | 'issuedAtMs'> : never;

function run(
  record: SessionRecord,
  body: Body<PlaybackAction> | Body<SessionAction>,
  at: { nowMs?: number; actor?: typeof OWNER; opId?: string; issuedAtMs?: number; seen?: readonly string[] } = {},
): Decision {
  const nowMs = at.nowMs ?? T0 + 1000;
  opCounter += 1;
  const envelope = { sessionId: SESSION_ID, opId: at.opId ?? `op${opCounter}`, issuedAtMs: at.issuedAtMs ?? nowMs };
  const action = { ...body, ...envelope } as PlaybackAction | SessionAction;
  const seen = at.seen ?? [BEN.memberId, CLEO.memberId, DEV_ID];
  const person = (memberId: string) => (seen.includes(memberId) ? { name: 'Somebody', addressHashes: [] } : null);
  return decide(record, action, { nowMs, actor: at.actor ?? OWNER, leadMs: LEAD_MS, linkKey: 'k'.repeat(16), seen: person });
}

function committed(decision: Decision): SessionRecord {
  if (decision.kind !== 'commit') throw new Error(`expected a commit, got ${JSON.stringify(decision)}`);
  return decision.next;
}

const refusalOf = (decision: Decision) => (decision.kind === 'refused' ? decision.error.code : decision.kind);

const playing = (record = newRecord(), nowMs = T0 + 1000) => committed(run(record, { kind: 'play' }, { nowMs }));

describe('positionAt', () => {
  it('[TL1] moves at the rate while playing, is held before a scheduled start, clamped to the length', () => {
    const motion = { positionS: 10, rate: 2, playing: true, atMs: 1000 };
    expect(positionAt(motion, 500)).toBe(10);
    expect(positionAt(motion, 3500)).toBe(15);
    expect(positionAt(motion, 3500, 12)).toBe(12);
    expect(positionAt({ ...motion, playing: false }, 99_999)).toBe(10);
  });

  it.each(vectors.cases)('[TL1] $what', ({ timeline, atClusterMs, durationS, positionS }) => {
    const position = positionAt(timeline, atClusterMs, durationS);
    expect(position).toBeCloseTo(positionS, 6);
    expect(Object.is(position, -0)).toBe(false);
  });

  it('[TL2] a version never goes back, whatever the clock says', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1e13, noNaN: true }), (previous, nowMs) => {
        const next = nextVersion(previous, nowMs);
        expect(next).toBeGreaterThan(previous);
        expect(Number.isInteger(next)).toBe(true);
      }),
    );
  });
});

describe('leadMsFor', () => {
  it('[TL4] one bad link in up to ten never delays the others', () => {
    for (let others = 1; others < 10; others++) {
      expect(leadMsFor([...Array(others).fill(5), 3000])).toBe(leadMsFor(Array(others).fill(5)));
    }
  });

  it('[TL4] stays within its bounds for any latencies', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (latencies) => {
        const leadMs = leadMsFor(latencies);
        expect(leadMs).toBeGreaterThanOrEqual(LEAD_MARGIN_MS);
        expect(leadMs).toBeLessThanOrEqual(LEAD_MAX_MS);
      }),
    );
  });
});

describe('playback commands', () => {
  it('[TL3] play takes effect at a common instant ahead of now', () => {
    const { timeline } = playing().playback;
    expect(timeline).toMatchObject({ playing: true, positionS: 0, atMs: T0 + 1000 + LEAD_MS, cause: { kind: 'play' } });
  });

  it('[CMD5] play on a playing timeline changes nothing', () => {
    const before = playing();
    const decision = run(before, { kind: 'play' }, { nowMs: T0 + 5000, actor: BEN });
    expect(committed(decision).playback).toBe(before.playback);
    expect(decision).toMatchObject({ result: { changed: false }, effects: { playback: false } });
  });

  it('[CMD6] pause takes the position the pauser saw when it agrees, else the timeline', () => {
    const record = playing();
    const nowMs = T0 + 11_000 + LEAD_MS;
    const near = committed(run(record, { kind: 'pause', seenPositionS: 9.9 }, { nowMs }));
    expect(near.playback.timeline).toMatchObject({ positionS: 9.9, playing: false, atMs: nowMs });
    const far = committed(run(record, { kind: 'pause', seenPositionS: 3 }, { nowMs }));
    expect(far.playback.timeline.positionS).toBeCloseTo(10, 6);
  });

  it('[TL5] pause before a scheduled start keeps the position', () => {
    const record = playing();
    const paused = committed(run(record, { kind: 'pause', seenPositionS: 0.2 }, { nowMs: T0 + 1050 }));
    expect(paused.playback.timeline).toMatchObject({ positionS: 0, playing: false });
  });

  it('[TL3] [CMD7] a seek while playing holds the new position until the common instant, and says where it came from', () => {
    const record = playing();
    const nowMs = T0 + 11_000 + LEAD_MS;
    const next = committed(run(record, { kind: 'seek', positionS: 300 }, { nowMs }));
    expect(next.playback.timeline).toMatchObject({ positionS: 300, playing: true, atMs: nowMs + LEAD_MS });
    expect(next.playback.timeline.cause.fromPositionS).toBeCloseTo(10, 6);
    const beyond = committed(run(record, { kind: 'seek', positionS: 1e6 }, { nowMs }));
    expect(beyond.playback.timeline.positionS).toBe(600);
  });

  it('[TL5] a change of speed acts at commit and keeps the position', () => {
    const record = playing();
    const nowMs = T0 + 11_000 + LEAD_MS;
    const next = committed(run(record, { kind: 'rate', rate: 1.5 }, { nowMs }));
    expect(playbackPositionAt(next.playback, nowMs)).toBeCloseTo(10, 6);
    expect(playbackPositionAt(next.playback, nowMs + 2000)).toBeCloseTo(13, 6);
  });

  it('[CMD10] play at the end starts over', () => {
    const atEnd = committed(run(newRecord(), { kind: 'seek', positionS: 600 }));
    expect(playing(atEnd, T0 + 2000).playback.timeline.positionS).toBe(0);
  });

  it('[CMD2] a repeat is answered and not applied, also when the first changed nothing', () => {
    const record = playing();
    const again = run(record, { kind: 'play' }, { actor: BEN, opId: 'op-of-ben-1', nowMs: T0 + 2000 });
    const paused = committed(run(committed(again), { kind: 'pause' }, { nowMs: T0 + 3000 }));
    const repeat = run(paused, { kind: 'play' }, { actor: BEN, opId: 'op-of-ben-1', nowMs: T0 + 3100 });
    expect(repeat).toEqual({ kind: 'repeat', result: again.kind === 'commit' ? again.result : null });
  });

  it('[CMD2] remembers a bounded number of commands, and nobody can answer for another', () => {
    let record = newRecord();
    for (let i = 0; i < REMEMBERED_OPS + 10; i++) record = committed(run(record, { kind: 'seek', positionS: i + 1 }));
    expect(record.ops).toHaveLength(REMEMBERED_OPS);
    const taken = record.ops.at(-1)?.opId ?? '';
    expect(run(record, { kind: 'seek', positionS: 1 }, { actor: BEN, opId: taken }).kind).toBe('commit');
  });

  it('[CMD3] what was meant too long ago, or not yet, is refused', () => {
    const nowMs = T0 + 60_000;
    for (const issuedAtMs of [nowMs - COMMAND_MAX_AGE_MS - 1, nowMs + COMMAND_MAX_AGE_MS + 1]) {
      expect(refusalOf(run(newRecord(), { kind: 'play' }, { nowMs, issuedAtMs }))).toBe('conflict');
    }
  });

  it('[CMD9] a length is a host’s word, never cuts off what was reached, and only for the medium that is on', () => {
    const record = newRecord('everyone', { ...MEDIA, durationS: null });
    const stated = { kind: 'duration', mediaId: MEDIA.id, durationS: 90 } as const;
    expect(refusalOf(run(record, stated, { actor: BEN }))).toBe('forbidden');
    expect(committed(run(record, stated)).playback.media.durationS).toBe(90);
    expect(refusalOf(run(record, { ...stated, mediaId: 'other' }))).toBe('conflict');
    const far = committed(run(record, { kind: 'seek', positionS: 500 }));
    expect(committed(run(far, stated)).playback.media.durationS).toBeNull();
  });

  it('[CMD9] a better length replaces a worse one, one that differs by less than half a second does not', () => {
    const record = newRecord('everyone', { ...MEDIA, durationS: 600 });
    const state = (durationS: number) => run(record, { kind: 'duration', mediaId: MEDIA.id, durationS });
    expect(committed(state(700)).playback.media.durationS).toBe(700);
    expect(committed(state(500)).playback.media.durationS).toBe(500);
    expect(state(600.04)).toMatchObject({ result: { changed: false } });
  });

  it('[CMD9] a timeline that stood at a wrong end goes on from there', () => {
    const wrong = playing(newRecord('everyone', { ...MEDIA, durationS: 1 }));
    const nowMs = T0 + 60_000;
    const next = committed(run(wrong, { kind: 'duration', mediaId: MEDIA.id, durationS: 600 }, { nowMs }));
    expect(next.playback.timeline).toMatchObject({ playing: true, positionS: 1, atMs: nowMs + LEAD_MS });
    const right = playing(newRecord('everyone', { ...MEDIA, durationS: 300 }));
    const longer = committed(run(right, { kind: 'duration', mediaId: MEDIA.id, durationS: 600 }, { nowMs }));
    expect(playbackPositionAt(longer.playback, nowMs)).toBe(playbackPositionAt(right.playback, nowMs));
  });

  it('[CMD12] what was live gets its place in the recording from whoever says it first', () => {
    const live = newRecord('everyone', { ...MEDIA, durationS: null });
    const record = playing(live);
    const { version } = record.playback.timeline;
    const nowMs = T0 + 61_000 + LEAD_MS;
    const anchor = { kind: 'anchor', mediaId: MEDIA.id, version, positionS: 7260 } as const;
    const next = committed(run(record, { ...anchor, durationS: 7300 }, { nowMs, issuedAtMs: nowMs - 500 }));
    expect(playbackPositionAt(next.playback, nowMs)).toBeCloseTo(7260.5, 6);
    expect(next.playback).toMatchObject({ media: { durationS: 7300 }, timeline: { cause: { kind: 'anchor' } } });
    // Of two who say it the second changes nothing, whoever it is, and so does who had no news of a pause.
    expect(run(next, { ...anchor, positionS: 10 }, { nowMs })).toMatchObject({ result: { changed: false } });
    const paused = committed(run(record, { kind: 'pause' }, { nowMs: T0 + 5000 }));
    expect(run(paused, anchor, { nowMs })).toMatchObject({ result: { changed: false } });
    const byBen = committed(run(paused, { ...anchor, version: paused.playback.timeline.version }, { nowMs, actor: BEN }));
    expect(byBen.playback).toMatchObject({ media: { durationS: null }, timeline: { positionS: 7260, playing: false } });
  });

  it('[CMD12] who may not control says nothing, a member no length, and what has a length is left alone', () => {
    const record = playing(newRecord('hosts', { ...MEDIA, durationS: null }));
    const { version } = record.playback.timeline;
    const anchor = { kind: 'anchor', mediaId: MEDIA.id, version, positionS: 7260 } as const;
    expect(refusalOf(run(record, anchor, { actor: BEN }))).toBe('forbidden');
    expect(refusalOf(run(record, { ...anchor, mediaId: 'other' }))).toBe('conflict');
    const open = playing(newRecord('everyone', { ...MEDIA, durationS: null }));
    const byBen = { ...anchor, version: open.playback.timeline.version, durationS: 7300 };
    expect(refusalOf(run(open, byBen, { actor: BEN }))).toBe('forbidden');
    const known = playing(newRecord('everyone', MEDIA));
    const late = run(known, { ...anchor, version: known.playback.timeline.version });
    expect(late).toMatchObject({ result: { changed: false } });
  });

  it('[TL3] loading another medium keeps the party running', () => {
    const media: Media = { ...MEDIA, id: 'title:b', durationS: null };
    const next = committed(run(playing(), { kind: 'load', media, startS: 30 }, { nowMs: T0 + 9000 }));
    expect(next.playback.media).toBe(media);
    expect(next.playback.timeline).toMatchObject({ mediaId: 'title:b', positionS: 30, playing: true });
  });
});

describe('[CMD11] loading what is on already', () => {
  const film = (query: string, id = `url:${query}`): Media => ({
    id,
    url: `https://cdn.example/films/the-film.mp4?${query}`,
    kind: 'file',
    title: null,
    durationS: null,
  });
  const on = () => {
    const record = playing(newRecord('everyone', { ...film('sig=1'), durationS: 5400 }));
    return committed(run(record, { kind: 'seek', positionS: 2000 }, { nowMs: T0 + 1000 }));
  };
  const load = (media: Media, more: { startS?: number; positionS?: number } = {}, record = on()) =>
    committed(run(record, { kind: 'load', media, startS: 0, ...more }, { nowMs: T0 + 60_000 })).playback;
  const here = () => playbackPositionAt(on().playback, T0 + 60_000);

  it('under a new link keeps place, rate, length and motion', () => {
    const record = committed(run(on(), { kind: 'rate', rate: 1.5 }, { nowMs: T0 + 2000 }));
    const { media, timeline } = load(film('sig=2'), {}, record);
    expect(media).toEqual({ ...film('sig=2'), durationS: 5400 });
    expect(timeline).toMatchObject({ mediaId: 'url:sig=2', rate: 1.5, playing: true });
    expect(timeline.positionS).toBe(playbackPositionAt(record.playback, T0 + 60_000));
    expect(load(film('x', 'url:sig=1')).timeline.positionS).toBe(here());
  });

  it('goes where it is told, or where the link says', () => {
    expect(load(film('sig=2'), { positionS: 1234 }).timeline.positionS).toBe(1234);
    expect(load(film('sig=2'), { positionS: 9999 }).timeline.positionS).toBe(5400);
    expect(load(film('sig=2'), { startS: 90 }).timeline.positionS).toBe(90);
  });

  it('from its end starts over', () => {
    const ended = committed(run(on(), { kind: 'seek', positionS: 5400 }, { nowMs: T0 + 3000 }));
    expect(load(film('sig=2'), {}, ended).timeline.positionS).toBe(0);
  });

  it('is not meant by a link of another file, nor by one that names none', () => {
    const other = { ...film('sig=1'), id: 'url:b', url: 'https://cdn.example/films/another.mp4?sig=1' };
    expect(load(other)).toMatchObject({ media: { durationS: null }, timeline: { positionS: 0, rate: 1 } });
    for (const url of ['https://a.example/get.php', 'https://a.example/live/index.m3u8', 'https://a.example/film']) {
      const record = playing(newRecord('everyone', { ...film(''), id: 'url:1', url: `${url}?id=1` }));
      expect(load({ ...film(''), id: 'url:2', url: `${url}?id=2` }, {}, record).timeline.positionS).toBe(0);
    }
  });
});

describe('access', () => {
  const make = (record: SessionRecord, memberId: string) => committed(run(record, { kind: 'role', memberId, role: 'host' }));

  it('[ACC1] with "hosts" only owner and hosts control', () => {
    const record = newRecord('hosts');
    expect(refusalOf(run(record, { kind: 'play' }, { actor: BEN }))).toBe('forbidden');
    expect(refusalOf(run(make(record, BEN.memberId), { kind: 'play' }, { actor: BEN }))).toBe('commit');
  });

  it('[ACC2] settings are for hosts, roles and the end for the owner', () => {
    const record = make(newRecord(), BEN.memberId);
    const forHosts: Body<SessionAction>[] = [
      { kind: 'control', control: 'hosts' },
      { kind: 'rename', name: 'New' },
      { kind: 'kick', memberId: DEV_ID },
    ];
    for (const body of forHosts) {
      expect(refusalOf(run(record, body, { actor: CLEO }))).toBe('forbidden');
      expect(refusalOf(run(record, body, { actor: BEN }))).toBe('commit');
    }
    for (const body of [{ kind: 'end' }, { kind: 'role', memberId: CLEO.memberId, role: 'host' }] as const) {
      expect(refusalOf(run(record, body, { actor: BEN }))).toBe('forbidden');
      expect(refusalOf(run(record, body))).toBe('commit');
    }
  });

  it('[ACC3] [ACC4] whoever is removed can do nothing more; neither owner nor hosts are removed by hosts', () => {
    const record = make(make(newRecord(), BEN.memberId), CLEO.memberId);
    expect(refusalOf(run(record, { kind: 'kick', memberId: OWNER.memberId }, { actor: BEN }))).toBe('forbidden');
    expect(refusalOf(run(record, { kind: 'kick', memberId: CLEO.memberId }, { actor: BEN }))).toBe('forbidden');
    const decision = run(record, { kind: 'kick', memberId: CLEO.memberId });
    expect(decision).toMatchObject({ effects: { out: { memberId: CLEO.memberId, reason: 'kicked' } } });
    const after = committed(decision);
    expect(after.access.hostIds).toEqual([BEN.memberId]);
    expect(refusalOf(run(after, { kind: 'play' }, { actor: CLEO }))).toBe('forbidden');
  });

  it('[ACC9] whoever was never there is not found, whatever would be done with them, and nothing changes', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{12}$/), fc.boolean(), (memberId, seen) => {
        const record = make(newRecord(), BEN.memberId);
        const actions: Body<SessionAction>[] = [
          { kind: 'role', memberId, role: 'host' },
          { kind: 'role', memberId, role: 'member' },
          { kind: 'kick', memberId },
        ];
        for (const action of actions) {
          const decision = run(record, action, { seen: seen ? [memberId] : [] });
          expect(refusalOf(decision)).toBe(seen ? 'commit' : 'not_found');
        }
      }),
    );
  });

  it('[ACC9] whoever left a mark in the record is known, although nobody has seen them since', () => {
    const host = make(newRecord(), BEN.memberId);
    const unseen = { seen: [] };
    expect(committed(run(host, { kind: 'role', memberId: BEN.memberId, role: 'member' }, unseen)).access.hostIds).toEqual([]);
    expect(committed(run(host, { kind: 'kick', memberId: BEN.memberId }, unseen)).kickedIds).toEqual([BEN.memberId]);
    const acted = committed(run(newRecord(), { kind: 'play' }, { actor: CLEO }));
    expect(committed(run(acted, { kind: 'kick', memberId: CLEO.memberId }, unseen)).kickedIds).toEqual([CLEO.memberId]);
    const removed = committed(run(acted, { kind: 'kick', memberId: CLEO.memberId }, unseen));
    expect(run(removed, { kind: 'kick', memberId: CLEO.memberId }, unseen)).toMatchObject({
      result: { changed: false },
    });
  });

  it('[ACC9] whoever was removed is made no host', () => {
    const removed = committed(run(newRecord(), { kind: 'kick', memberId: BEN.memberId }));
    expect(refusalOf(run(removed, { kind: 'role', memberId: BEN.memberId, role: 'host' }))).toBe('conflict');
  });

  it('[ACC5] an ended session takes no commands', () => {
    const ended = committed(run(newRecord(), { kind: 'end' }));
    expect(refusalOf(run(ended, { kind: 'play' }))).toBe('gone');
  });

  it('[ACC8] settings have a version of their own: the timeline’s stays', () => {
    const record = playing();
    const next = committed(run(record, { kind: 'rename', name: 'New' }, { nowMs: T0 + 5000 }));
    expect(next.playback).toBe(record.playback);
    expect(next.access.version).toBeGreaterThan(record.access.version);
  });
});

describe('[ACT6] succeedGuests', () => {
  const GUEST = 'guest0000000';
  const MEMBER = 'account00000';
  const at = (ownerId: string, ...hostIds: string[]) => {
    const record = newRecord();
    return { ...record, access: { ...record.access, ownerId, hostIds } };
  };
  const rolesOf = (record: SessionRecord | null) => record && [record.access.ownerId, ...record.access.hostIds];

  it('gives the roles of guests to whom they were, at a new version, and leaves the timeline alone', () => {
    const record = at(GUEST, 'ben000000000');
    const next = succeedGuests(record, ['another00000', GUEST], MEMBER, T0 + 5000);
    expect(rolesOf(next)).toEqual([MEMBER, 'ben000000000']);
    expect(next?.version).toBeGreaterThan(record.version);
    expect(next?.access.version).toBe(next?.version);
    expect(next?.playback).toBe(record.playback);
  });

  it('nobody is a host twice, and the owner is no host besides', () => {
    expect(rolesOf(succeedGuests(at('ben000000000', GUEST, MEMBER), [GUEST], MEMBER, T0))).toEqual(['ben000000000', MEMBER]);
    expect(rolesOf(succeedGuests(at(GUEST, MEMBER), [GUEST], MEMBER, T0))).toEqual([MEMBER]);
    expect(rolesOf(succeedGuests(at(MEMBER, GUEST), [GUEST], MEMBER, T0))).toEqual([MEMBER]);
  });

  it('changes nothing where they had none, or where it is over', () => {
    expect(succeedGuests(at('ben000000000'), [GUEST], MEMBER, T0)).toBeNull();
    expect(succeedGuests({ ...at(GUEST), endedAtMs: T0 }, [GUEST], MEMBER, T0)).toBeNull();
  });
});

describe('pauseEmpty', () => {
  it('[LIFE7] stops where the last person was seen', () => {
    const record = playing();
    const next = pauseEmpty(record, T0 + 11_000 + LEAD_MS, T0 + 500_000);
    expect(next?.playback.timeline).toMatchObject({ playing: false, cause: { kind: 'empty', memberId: null } });
    expect(next?.playback.timeline.positionS).toBeCloseTo(10, 6);
    expect(next?.version).toBeGreaterThan(record.version);
    expect(pauseEmpty(newRecord(), T0, T0)).toBeNull();
  });
});

// ── any interleaving, on a network that loses, repeats and reorders ────────────────────────────────────────────────

const people = [OWNER, BEN, CLEO];

const bodyArb: fc.Arbitrary<Body<PlaybackAction> | Body<SessionAction>> = fc.oneof(
  fc.constant({ kind: 'play' } as const),
  fc.record({
    kind: fc.constant('pause' as const),
    seenPositionS: fc.double({ min: 0, max: 600, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('seek' as const), positionS: fc.double({ min: 0, max: 700, noNaN: true }) }),
  fc.record({ kind: fc.constant('rate' as const), rate: fc.constantFrom(0.5, 1, 1.25, 2) }),
  fc.record({ kind: fc.constant('control' as const), control: fc.constantFrom('everyone' as const, 'hosts' as const) }),
);

const commandArb = fc.record({
  who: fc.constantFrom(...people),
  body: bodyArb,
  /** Order of arrival, and how often it arrives: a lost command never does. */
  arrivals: fc.array(fc.nat({ max: 200 }), { maxLength: 3 }),
});

/** For every client: the order in which it sees the published timelines, some of them twice, some never. */
const networkArb = fc.array(fc.array(fc.nat({ max: 1000 }), { maxLength: 80 }), { minLength: 2, maxLength: 4 });

describe('convergence', () => {
  it('[CMD4] any interleaving, loss, duplication and reordering gives every client the same timeline', () => {
    fc.assert(
      fc.property(fc.array(commandArb, { maxLength: 30 }), networkArb, fc.boolean(), (commands, network, racing) => {
        const arrivals = commands
          .flatMap((command, index) => command.arrivals.map((order) => ({ command, index, order })))
          .sort((a, b) => a.order - b.order);

        let record = newRecord();
        const published: Playback[] = [record.playback];
        let nowMs = T0 + 10;
        for (const { command, index } of arrivals) {
          nowMs += 7;
          const at = { nowMs, actor: command.who, opId: `command-${index}`, issuedAtMs: nowMs };
          let decision = run(record, command.body, at);
          if (racing && decision.kind === 'commit') {
            // Another instance commits in between: the compare-and-set fails and the rule is asked again.
            const other = run(record, { kind: 'seek', positionS: index }, { nowMs, actor: OWNER, opId: `race-${nowMs}` });
            record = committed(other);
            if (other.kind === 'commit' && other.effects.playback) published.push(record.playback);
            decision = run(record, command.body, at);
          }
          if (decision.kind !== 'commit') continue;
          expect(decision.next.version).toBeGreaterThan(record.version);
          expect(decision.next.playback.timeline.version).toBeGreaterThanOrEqual(record.playback.timeline.version);
          // No echo: a timeline only ever gets a new version from a command that changed it.
          expect(decision.next.playback !== record.playback).toBe(decision.effects.playback);
          record = decision.next;
          if (decision.effects.playback) published.push(record.playback);
        }

        for (const order of network) {
          let seen: Playback | null = null;
          for (const pick of order) {
            const message = published[pick % published.length];
            if (!message) continue;
            const next: Playback = newerPlayback(seen, message);
            if (seen) expect(next.timeline.version).toBeGreaterThanOrEqual(seen.timeline.version);
            seen = next;
          }
          // One report later (anti-entropy) whoever is behind has the timeline.
          seen = newerPlayback(seen, record.playback);
          expect(seen).toBe(record.playback);
        }
        const versions = new Set(published.map((playback) => playback.timeline.version));
        expect(versions.size).toBe(published.length);
      }),
      { numRuns: 400 },
    );
  });

  it('[CMD2] a command that arrives twice acts once, whatever happens in between', () => {
    fc.assert(
      fc.property(fc.array(commandArb, { minLength: 1, maxLength: 20 }), (commands) => {
        let record = newRecord();
        let nowMs = T0 + 10;
        const first = commands[0];
        if (!first) return;
        const op = () => ({ nowMs, actor: first.who, opId: 'the-one-op', issuedAtMs: nowMs });
        const decision = run(record, first.body, op());
        if (decision.kind !== 'commit') return;
        record = decision.next;
        for (const { who, body } of commands.slice(1)) {
          nowMs += 5;
          const other = run(record, body, { nowMs, actor: who });
          if (other.kind === 'commit') record = other.next;
          expect(run(record, first.body, op())).toEqual({ kind: 'repeat', result: decision.result });
        }
      }),
    );
  });
});

describe('[ACC10] the name of a party', () => {
  const film = (url: string): Media => ({ id: `url:${url}`, url, kind: 'file', title: null, durationS: null });
  const FIRST = film('https://cdn.example/The.Long.Way.Home.2024.1080p.mkv');
  const NEXT = film('https://cdn.example/Big.Buck.Bunny.2008.720p.mkv');
  const begun = (name: string | null) =>
    createSessionRecord({
      id: SESSION_ID,
      nowMs: T0,
      owner: OWNER,
      name,
      control: 'everyone',
      media: FIRST,
      startS: 0,
    });
  const load = (record: SessionRecord, media = NEXT) => run(record, { kind: 'load', media, startS: 0 });
  const nameAfter = (record: SessionRecord) => committed(load(record)).access.name;

  it('follows what it watches until somebody names it', () => {
    const record = begun(null);
    expect([record.access.name, nameAfter(record)]).toEqual(['The Long Way Home (2024)', 'Big Buck Bunny (2008)']);
    expect(nameAfter(begun('Friday film'))).toBe('Friday film');
    expect(nameAfter(committed(run(record, { kind: 'rename', name: 'Ours' })))).toBe('Ours');
  });

  it('stays where somebody has said that it is called as it is', () => {
    const decision = run(begun(null), { kind: 'rename', name: 'The Long Way Home (2024)' });
    expect(decision).toMatchObject({ result: { changed: false } });
    expect(nameAfter(committed(decision))).toBe('The Long Way Home (2024)');
  });

  it('is told where it changed, and only there', () => {
    const decision = load(begun(null));
    expect(decision).toMatchObject({ effects: { playback: true, access: true } });
    expect(committed(decision).access.version).toBe(committed(decision).version);
    expect(load(begun('Ours'))).toMatchObject({ effects: { playback: true, access: false } });
    expect(load(begun(null), FIRST)).toMatchObject({ effects: { playback: true, access: false } });
  });

  it('of a record of before tells itself whether somebody gave it', () => {
    const { named: _, ...made } = begun(null);
    const raw = { ...made, access: { ...made.access, name: 'The.Long.Way.Home.2024.1080p' } };
    const own = { ...made, access: { ...made.access, name: 'Friday film' } };
    expect([made, raw, own].map(nameAfter)).toEqual(['Big Buck Bunny (2008)', 'Big Buck Bunny (2008)', 'Friday film']);
  });
});
