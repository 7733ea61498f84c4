import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Access,
  BAN_ADDRESS_MS,
  BANNED_MAX,
  BANS_KEPT_MAX,
  KICKED_MAX,
  type Media,
  MODERATION_LOG_MAX,
  MUTED_MAX,
  RESTORE_MEDIA_MS,
  RIGHTS,
  type RightHolder,
  SUCCESSION_MS,
  TAKE_OVER_MS,
  TIME_OUTS_MAX,
} from '../protocol/index.ts';
import type { DecisionContext, PlaybackAction, SessionAction } from './change.ts';
import { decide } from './decide.ts';
import { entryOf } from './door.ts';
import { canModerate, hasRight, holdersOf, roleOf, takeOverAtMs } from './permissions.ts';
import { createSessionRecord, type SessionRecord } from './session-record.ts';
import { type Attendance, attended, type Candidate, succeedGuests } from './succession.ts';

const T0 = 1_700_000_000_000;
const NOW_MS = T0 + 1000;
const [ANA, BEN, CLEO, DEV, EVE] = ['ana000000000', 'ben000000000', 'cleo00000000', 'dev000000000', 'eve000000000'] as const;
const NAMES: Readonly<Record<string, string>> = { [ANA]: 'Ana', [BEN]: 'Ben', [CLEO]: 'Cleo', [DEV]: 'Dev', [EVE]: 'Eve' };
const FILM: Media = { id: 'title:a', url: '/a.mp4', kind: 'file', title: 'Film', durationS: 600 };
const OTHER: Media = { id: 'url:b', url: 'https://b.example/b.mp4', kind: 'file', title: 'Other', durationS: 60 };

/** Ana owns it, Ben and Eve are hosts, Cleo and Dev are members. */
function party(access: Partial<Access> = {}): SessionRecord {
  const owner = { memberId: ANA, name: 'Ana' };
  const record = createSessionRecord({ id: 'a'.repeat(22), nowMs: T0, owner, name: 'Film', control: 'everyone', media: FILM, startS: 0 });
  return { ...record, access: { ...record.access, hostIds: [BEN, EVE], ...access } };
}

let ops = 0;
const seenHere = (memberId: string) => ({ name: NAMES[memberId] ?? null, addressHashes: [`at-${memberId}`] });
type Body<T> = T extends unknown ? Omit<T, 'sessionId' | 'opId' | 'issuedAtMs'> : never;
function act(
  record: SessionRecord,
  actorId: string,
  body: Body<SessionAction> | Body<PlaybackAction>,
  nowMs = NOW_MS,
  seen: DecisionContext['seen'] = seenHere,
) {
  ops += 1;
  const action = { ...body, sessionId: record.id, opId: `op-${ops}`, issuedAtMs: nowMs } as SessionAction | PlaybackAction;
  const actor = { memberId: actorId, name: NAMES[actorId] ?? 'X' };
  return decide(record, action, { nowMs, actor, leadMs: 100, linkKey: 'k'.repeat(16), seen });
}
function after(record: SessionRecord, actorId: string, body: Body<SessionAction> | Body<PlaybackAction>, nowMs = NOW_MS): SessionRecord {
  const decision = act(record, actorId, body, nowMs);
  if (decision.kind !== 'commit') throw new Error(JSON.stringify(decision));
  return decision.next;
}
const outcome = (decision: ReturnType<typeof act>) => (decision.kind === 'refused' ? decision.error.code : 'ok');
const load = { kind: 'load', media: OTHER, startS: 0 } as const;

describe('[ROLE1] rights', () => {
  const people = { owner: ANA, host: BEN, member: CLEO, acting: DEV };
  const MAY: Readonly<Record<RightHolder, readonly string[]>> = {
    everyone: [ANA, BEN, CLEO, DEV],
    hosts: [ANA, BEN, DEV],
    owner: [ANA, DEV],
  };
  const cases = RIGHTS.flatMap((right) => (['everyone', 'hosts', 'owner'] as const).map((holders) => ({ right, holders })));

  it.each(cases)('$right for $holders', ({ right, holders }) => {
    const { access } = after(party({ actingOwnerId: DEV }), ANA, { kind: 'rights', right, holders }, NOW_MS);
    expect(holdersOf(access, right)).toBe(holders);
    for (const memberId of Object.values(people)) {
      expect(hasRight(access, memberId, right, NOW_MS)).toBe(MAY[holders].includes(memberId));
    }
  });

  it('of a party of before: everybody plays, queues, writes and invites, hosts replace what is on', () => {
    const { access } = party();
    expect(access).not.toHaveProperty('rights');
    expect(RIGHTS.filter((right) => hasRight(access, CLEO, right, NOW_MS))).toEqual(['control', 'queue', 'chat', 'invite']);
    expect(RIGHTS.filter((right) => hasRight(access, BEN, right, NOW_MS))).toEqual([...RIGHTS]);
  });

  it('[ROLE2] that are the owner’s are the owner’s to give', () => {
    const record = after(party(), ANA, { kind: 'rights', right: 'chat', holders: 'owner' });
    expect(outcome(act(record, BEN, { kind: 'rights', right: 'chat', holders: 'everyone' }))).toBe('forbidden');
    expect(outcome(act(party(), BEN, { kind: 'control', control: 'owner' }))).toBe('forbidden');
    expect(outcome(act(party(), BEN, { kind: 'control', control: 'hosts' }))).toBe('ok');
  });
});

describe('[ROLE3] every command of everybody', () => {
  const OK = { owner: 'ok', acting: 'ok', host: 'ok', member: 'ok' };
  const HOSTS = { ...OK, member: 'forbidden' };
  const OWNER = { owner: 'ok', acting: 'forbidden', host: 'forbidden', member: 'forbidden' };
  const table: readonly [Body<SessionAction> | Body<PlaybackAction>, Readonly<Record<string, string>>][] = [
    [{ kind: 'play' }, OK],
    [{ kind: 'pause' }, OK],
    [{ kind: 'seek', positionS: 5 }, OK],
    [{ kind: 'rate', rate: 2 }, OK],
    [{ kind: 'load', media: { ...FILM, url: '/a.mp4?t=2' }, startS: 0 }, OK],
    [load, HOSTS],
    [{ kind: 'restore-media' }, { owner: 'conflict', acting: 'conflict', host: 'conflict', member: 'forbidden' }],
    [{ kind: 'duration', mediaId: FILM.id, durationS: 700 }, HOSTS],
    [{ kind: 'control', control: 'hosts' }, HOSTS],
    [{ kind: 'rights', right: 'chat', holders: 'hosts' }, HOSTS],
    [{ kind: 'rename', name: 'New' }, HOSTS],
    [{ kind: 'door', door: 'locked' }, HOSTS],
    [{ kind: 'new-link' }, HOSTS],
    [{ kind: 'mute', memberId: CLEO, muted: true }, HOSTS],
    [{ kind: 'time-out', memberId: CLEO, minutes: 10 }, HOSTS],
    [{ kind: 'kick', memberId: CLEO }, HOSTS],
    [{ kind: 'ban', memberId: CLEO, address: true }, HOSTS],
    [{ kind: 'unban', memberId: CLEO }, HOSTS],
    [{ kind: 'admit', memberId: CLEO, admit: true }, HOSTS],
    // One host to another only as the owner.
    [
      { kind: 'mute', memberId: EVE, muted: true },
      { ...HOSTS, host: 'forbidden' },
    ],
    [
      { kind: 'time-out', memberId: EVE, minutes: 1 },
      { ...HOSTS, host: 'forbidden' },
    ],
    [
      { kind: 'kick', memberId: EVE },
      { ...HOSTS, host: 'forbidden' },
    ],
    [
      { kind: 'ban', memberId: EVE, address: false },
      { ...HOSTS, host: 'forbidden' },
    ],
    [
      { kind: 'role', memberId: CLEO, role: 'host' },
      { ...HOSTS, host: 'forbidden' },
    ],
    // Nobody the owner.
    ...(['kick', 'mute', 'time-out', 'ban'] as const).map((kind): [Body<SessionAction>, Readonly<Record<string, string>>] => [
      { kind, memberId: ANA, muted: true, minutes: 60, address: true } as never,
      { owner: 'forbidden', acting: 'forbidden', host: 'forbidden', member: 'forbidden' },
    ]),
    [
      { kind: 'role', memberId: ANA, role: 'member' },
      { owner: 'conflict', acting: 'conflict', host: 'forbidden', member: 'forbidden' },
    ],
    [{ kind: 'hand-over', memberId: CLEO }, OWNER],
    [{ kind: 'take-over' }, { owner: 'ok', acting: 'ok', host: 'forbidden', member: 'forbidden' }],
    [{ kind: 'end' }, OWNER],
  ];
  const people = { owner: ANA, acting: DEV, host: BEN, member: 'stranger0000' };

  it.each(table)('%o', (body, expected) => {
    const record = party({ actingOwnerId: DEV, hostIds: [BEN, EVE, DEV] });
    const found = Object.entries(people).map(([role, memberId]) => [role, outcome(act(record, memberId, body))]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });
});

describe('[MOD1] [MOD2] a mute and a time-out', () => {
  it('take what they take, say so, and until when', () => {
    const muted = after(party(), BEN, { kind: 'mute', memberId: CLEO, muted: true }).access;
    expect(RIGHTS.filter((right) => hasRight(muted, CLEO, right, NOW_MS))).toEqual(['control', 'queue', 'invite']);
    const record = after(party(), BEN, { kind: 'time-out', memberId: CLEO, minutes: 10 });
    expect(RIGHTS.filter((right) => hasRight(record.access, CLEO, right, NOW_MS))).toEqual(['invite']);
    const refused = act(record, CLEO, { kind: 'play' }, NOW_MS + 60_000);
    expect(refused).toMatchObject({ error: { code: 'forbidden', reason: 'time_out', retryAfterMs: 9 * 60_000 } });
    expect(outcome(act(record, CLEO, { kind: 'play' }, NOW_MS + 10 * 60_000))).toBe('ok');
  });

  it('are lifted, and nobody lifts their own', () => {
    const record = after(after(party(), ANA, { kind: 'time-out', memberId: BEN, minutes: 60 }), ANA, {
      kind: 'mute',
      memberId: BEN,
      muted: true,
    });
    expect(outcome(act(record, BEN, { kind: 'time-out', memberId: BEN, minutes: 0 }))).toBe('forbidden');
    expect(outcome(act(record, BEN, { kind: 'mute', memberId: BEN, muted: false }))).toBe('forbidden');
    const lifted = after(after(record, ANA, { kind: 'time-out', memberId: BEN, minutes: 0 }), ANA, {
      kind: 'mute',
      memberId: BEN,
      muted: false,
    });
    expect(hasRight(lifted.access, BEN, 'chat', NOW_MS)).toBe(true);
  });
});

describe('[MOD3] [MOD4] kick and ban', () => {
  const comer = (memberId: string, more: Partial<Parameters<typeof entryOf>[1]> = {}) => ({
    memberIds: [memberId] as [string],
    addressHash: `at-${memberId}`,
    linkKey: null,
    isKnown: true,
    ...more,
  });

  it('a kicked person knocks wherever the door is not locked, and comes in once let in', () => {
    const record = after(party(), BEN, { kind: 'kick', memberId: CLEO });
    expect(entryOf(record, comer(CLEO), NOW_MS)).toBe('knock');
    expect(entryOf(after(record, BEN, { kind: 'door', door: 'locked' }), comer(CLEO), NOW_MS)).toBe('closed');
    expect(entryOf(after(record, EVE, { kind: 'admit', memberId: CLEO, admit: true }), comer(CLEO), NOW_MS)).toBe('in');
  });

  it('a ban meets the person, whom they become by signing in, and for a day who comes from their address', () => {
    const record = after(party(), BEN, { kind: 'ban', memberId: CLEO, address: true });
    expect(entryOf(record, comer(CLEO, { addressHash: null }), NOW_MS)).toBe('closed');
    expect(entryOf(record, comer(DEV, { memberIds: [DEV, CLEO], addressHash: null }), NOW_MS)).toBe('closed');
    const neighbour = comer(DEV, { addressHash: `at-${CLEO}` });
    expect(entryOf(record, neighbour, NOW_MS)).toBe('closed');
    expect(entryOf(record, neighbour, NOW_MS + BAN_ADDRESS_MS)).toBe('in');
    expect(entryOf(record, comer(CLEO), NOW_MS + 2 * BAN_ADDRESS_MS)).toBe('closed');
    for (const host of [ANA, BEN]) expect(entryOf(record, comer(host, { addressHash: `at-${CLEO}` }), NOW_MS)).toBe('in');
    const lifted = after(record, EVE, { kind: 'unban', memberId: CLEO });
    expect([entryOf(lifted, comer(CLEO), NOW_MS), entryOf(lifted, neighbour, NOW_MS)]).toEqual(['in', 'in']);
  });

  it('[KNOCK1] [KNOCK2] [ROLE6] a door keeps new people out, and an old link, and nobody who was there', () => {
    const fresh = comer(DEV, { isKnown: false });
    const knock = after(party(), BEN, { kind: 'door', door: 'knock' });
    expect([entryOf(knock, fresh, NOW_MS), entryOf(knock, comer(DEV), NOW_MS)]).toEqual(['knock', 'in']);
    const locked = after(party(), BEN, { kind: 'door', door: 'locked' });
    expect([entryOf(locked, fresh, NOW_MS), entryOf(locked, comer(DEV), NOW_MS)]).toEqual(['closed', 'in']);
    const moved = after(party(), BEN, { kind: 'new-link' });
    expect(moved.access.linkVersion).toBe(1);
    expect(JSON.stringify(moved.access)).not.toContain(moved.linkKey);
    const entries = [fresh, { ...fresh, linkKey: 'k'.repeat(16) }, comer(DEV)].map((one) => entryOf(moved, one, NOW_MS));
    expect(entries).toEqual(['closed', 'in', 'in']);
  });
});

describe('[MOD6] every list is bounded', () => {
  it('and a full one frees nobody', () => {
    let record = party();
    const member = (i: number) => `m${String(i).padStart(11, '0')}`;
    for (let i = 0; i < BANNED_MAX; i += 1) record = after(record, BEN, { kind: 'ban', memberId: member(i), address: true });
    expect(outcome(act(record, BEN, { kind: 'ban', memberId: CLEO, address: true }))).toBe('conflict');
    expect(record.bannedIds).toHaveLength(BANNED_MAX);
    for (let i = 0; i < KICKED_MAX + 5; i += 1) record = after(record, BEN, { kind: 'kick', memberId: `k${member(i).slice(1)}` });
    for (let i = 0; i < MUTED_MAX; i += 1) record = after(record, BEN, { kind: 'mute', memberId: `u${member(i).slice(1)}`, muted: true });
    for (let i = 0; i < TIME_OUTS_MAX; i += 1)
      record = after(record, BEN, { kind: 'time-out', memberId: `t${member(i).slice(1)}`, minutes: 60 });
    expect(outcome(act(record, BEN, { kind: 'mute', memberId: CLEO, muted: true }))).toBe('conflict');
    expect(outcome(act(record, BEN, { kind: 'time-out', memberId: CLEO, minutes: 1 }))).toBe('conflict');
    expect([record.bans?.length, record.kickedIds?.length, record.log?.length]).toEqual([BANS_KEPT_MAX, KICKED_MAX, MODERATION_LOG_MAX]);
    expect(JSON.stringify(record).length).toBeLessThan(64 * 1024);
  });

  it('[MOD5] what is done again and again to one is one entry, and each says who, whom and when', () => {
    let record = after(party(), BEN, { kind: 'kick', memberId: DEV });
    for (let i = 0; i < 200; i += 1) record = after(record, EVE, { kind: 'door', door: i % 2 === 0 ? 'locked' : 'open' });
    expect(record.log).toEqual([
      { atMs: NOW_MS, kind: 'kick', by: { memberId: BEN, name: 'Ben' }, target: { memberId: DEV, name: 'Dev' }, detail: null },
      { atMs: NOW_MS, kind: 'door', by: { memberId: EVE, name: 'Eve' }, target: null, detail: 'open' },
    ]);
  });

  it('[MOD5] says whom it was about, also where they have long been gone and nobody here has seen them', () => {
    const nobody = () => null;
    const back = (record: SessionRecord, body: Body<SessionAction>) => {
      const decision = act(record, BEN, body, NOW_MS, nobody);
      return decision.kind === 'commit' ? decision.next.log?.at(-1)?.target : decision;
    };
    const dev = { memberId: DEV, name: 'Dev' };
    expect(back(after(party(), BEN, { kind: 'ban', memberId: DEV, address: false }), { kind: 'unban', memberId: DEV })).toEqual(dev);
    expect(back(after(party(), BEN, { kind: 'kick', memberId: DEV }), { kind: 'admit', memberId: DEV, admit: true })).toEqual(dev);
  });
});

it('[ROLE7] [ROLE9] a member who acts while no host is there runs the party, and takes it from no host', () => {
  const record = party({ control: 'owner', actingOwnerId: DEV, ownerAwaySinceMs: T0, hostsAwaySinceMs: T0 });
  for (const body of [{ kind: 'play' }, load, { kind: 'mute', memberId: CLEO, muted: true }, { kind: 'door', door: 'locked' }] as const) {
    expect(outcome(act(record, DEV, body))).toBe('ok');
  }
  for (const memberId of [BEN, EVE]) {
    expect(outcome(act(record, DEV, { kind: 'ban', memberId, address: true }))).toBe('forbidden');
    expect(outcome(act(record, DEV, { kind: 'mute', memberId, muted: true }))).toBe('forbidden');
    expect(outcome(act(record, DEV, { kind: 'role', memberId, role: 'member' }))).toBe('forbidden');
  }
  // What they made themselves or others would outlast their turn.
  for (const memberId of [DEV, CLEO]) expect(outcome(act(record, DEV, { kind: 'role', memberId, role: 'host' }))).toBe('forbidden');
});

describe('[ROLE5] a video that was replaced', () => {
  const seen = () => after(party(), ANA, { kind: 'seek', positionS: 125 });

  it('leaves a way back, with where it was, for 30 s, and one press takes it', () => {
    const replaced = after(seen(), BEN, load);
    expect(replaced.playback.timeline.cause).toEqual({
      kind: 'load',
      memberId: BEN,
      name: 'Ben',
      replaced: { title: 'Film', positionS: 125, untilMs: NOW_MS + RESTORE_MEDIA_MS },
    });
    const back = after(replaced, ANA, { kind: 'restore-media' }, NOW_MS + RESTORE_MEDIA_MS - 1);
    expect(back.playback).toMatchObject({ media: FILM, timeline: { positionS: 125, cause: { kind: 'restore-media', name: 'Ana' } } });
    expect(outcome(act(back, ANA, { kind: 'restore-media' }))).toBe('conflict');
    expect(outcome(act(replaced, ANA, { kind: 'restore-media' }, NOW_MS + RESTORE_MEDIA_MS))).toBe('conflict');
  });

  it('twice by one person leads back to what was on before both', () => {
    const once = after(seen(), BEN, load);
    const twice = after(once, BEN, { ...load, media: { ...OTHER, id: 'url:c', url: 'https://c.example/c.mp4' } }, NOW_MS + 5000);
    expect(after(twice, ANA, { kind: 'restore-media' }, NOW_MS + 6000).playback.media).toEqual(FILM);
  });

  it('a new link of the same file is for who controls, and leaves none', () => {
    const next = after(seen(), CLEO, { ...load, media: { ...FILM, url: '/a.mp4?x' } });
    expect(next.playback.timeline).toMatchObject({ positionS: 125, cause: { kind: 'load' } });
    expect(next.playback.timeline.cause).not.toHaveProperty('replaced');
  });
});

describe('[ROLE7] succession', () => {
  const there = (ids: readonly string[], sinceMs: Readonly<Record<string, number>> = {}, accounts: readonly string[] = []): Attendance => ({
    isThere: (memberId) => ids.includes(memberId),
    awaySinceMs: () => T0,
    *candidates(): Iterable<Candidate> {
      for (const memberId of ids) {
        yield { memberId, name: NAMES[memberId] ?? '', sinceMs: sinceMs[memberId] ?? T0, hasAccount: accounts.includes(memberId) };
      }
    },
  });
  const LATE = T0 + SUCCESSION_MS;

  it('the longest-present host acts, not before ten minutes, and the owner has it back on return', () => {
    const at = there([BEN, EVE, CLEO], { [BEN]: T0 + 50, [EVE]: T0 + 20, [CLEO]: T0 });
    const marked = attended(party(), at, T0 + 20_000);
    expect(marked?.access).toMatchObject({ ownerAwaySinceMs: T0 });
    expect(attended(marked as SessionRecord, at, LATE - 1)).toBeNull();
    const acting = attended(marked as SessionRecord, at, LATE) as SessionRecord;
    expect(acting.access).toMatchObject({ ownerId: ANA, actingOwnerId: EVE });
    expect(roleOf(acting.access, EVE)).toBe('host');
    expect(canModerate(acting.access, EVE, BEN)).toBe(true);
    expect(attended(acting, there([BEN, CLEO, EVE]), LATE + 5)).toBeNull();
    const back = attended(acting, there([ANA, BEN, EVE]), LATE + 1000) as SessionRecord;
    expect(back.access).not.toHaveProperty('actingOwnerId');
    expect(back.access).not.toHaveProperty('ownerAwaySinceMs');
    expect(back.log?.map(({ kind, target }) => [kind, target?.memberId])).toEqual([
      ['succession', EVE],
      ['return', EVE],
    ]);
  });

  it('without a host the longest-present member with an account acts, else the longest-present, and gives way to a host', () => {
    const sinceMs = { [CLEO]: T0, [DEV]: T0 + 10 };
    const away = attended(party(), there([CLEO, DEV]), T0 + 20_000) as SessionRecord;
    expect(attended(away, there([CLEO, DEV], sinceMs), LATE)?.access.actingOwnerId).toBe(CLEO);
    const acting = attended(away, there([CLEO, DEV], sinceMs, [DEV]), LATE) as SessionRecord;
    expect(acting.access.actingOwnerId).toBe(DEV);
    expect(attended(acting, there([CLEO, DEV, BEN], sinceMs), LATE + 1)?.access.actingOwnerId).toBe(BEN);
    const muted = after(away, ANA, { kind: 'mute', memberId: CLEO, muted: true });
    expect(attended(muted, there([CLEO, DEV], sinceMs), LATE)?.access.actingOwnerId).toBe(DEV);
  });

  it('comes to an end and says the same again, whoever is there and whoever asks', () => {
    const ids = fc.subarray([ANA, BEN, CLEO, DEV, EVE]);
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, fc.integer({ min: 0, max: 2 * SUCCESSION_MS })), { maxLength: 8 }), (steps) => {
        let record = party();
        let nowMs = T0;
        for (const [present, afterMs] of steps) {
          nowMs += afterMs;
          record = attended(record, there(present), nowMs) ?? record;
          expect(attended(record, there(present), nowMs)).toBeNull();
          expect(record.access.ownerId).toBe(ANA);
          if (present.includes(ANA)) expect(record.access.actingOwnerId).toBeUndefined();
        }
      }),
    );
  });

  it('[ROLE8] the owner hands over and is a host from then on; who is banned gets nothing', () => {
    const { access } = after(party(), ANA, { kind: 'hand-over', memberId: CLEO });
    expect([access.ownerId, roleOf(access, ANA), access.hostIds]).toEqual([CLEO, 'host', [BEN, EVE, ANA]]);
    const banned = after(party(), BEN, { kind: 'ban', memberId: CLEO, address: false });
    expect(outcome(act(banned, ANA, { kind: 'hand-over', memberId: CLEO }))).toBe('conflict');
  });

  it('[ROLE9] where hosts alone control and none has been there for a minute, a member takes over', () => {
    const record = party({ control: 'hosts', hostsAwaySinceMs: T0, ownerAwaySinceMs: T0 });
    expect(takeOverAtMs(record.access)).toBe(T0 + TAKE_OVER_MS);
    expect(outcome(act(record, CLEO, { kind: 'take-over' }, T0 + TAKE_OVER_MS - 1))).toBe('forbidden');
    const taken = after(record, CLEO, { kind: 'take-over' }, T0 + TAKE_OVER_MS);
    expect(outcome(act(taken, CLEO, { kind: 'play' }, T0 + TAKE_OVER_MS))).toBe('ok');
    expect(outcome(act(taken, DEV, { kind: 'take-over' }, T0 + TAKE_OVER_MS))).toBe('forbidden');
    expect(takeOverAtMs(party({ hostsAwaySinceMs: T0 }).access)).toBeNull();
    const timedOut = { ...record.access, timeOuts: [{ memberId: CLEO, untilMs: T0 + 3_600_000 }] };
    expect(outcome(act({ ...record, access: timedOut }, CLEO, { kind: 'take-over' }, T0 + TAKE_OVER_MS))).toBe('forbidden');
  });
});

describe('[MOD7] signing in', () => {
  const ACCOUNT = 'account00000';
  const succeeded = (record: SessionRecord, guestIds: readonly string[], memberId = ACCOUNT, isGuestAgain = false) =>
    succeedGuests(record, guestIds, memberId, NOW_MS, isGuestAgain) as SessionRecord;
  const everything = () => {
    let record = after(party(), BEN, { kind: 'mute', memberId: CLEO, muted: true });
    record = after(record, BEN, { kind: 'time-out', memberId: CLEO, minutes: 60 });
    record = after(record, BEN, { kind: 'kick', memberId: DEV });
    return after(record, BEN, { kind: 'ban', memberId: CLEO, address: true });
  };
  const comer = (memberIds: readonly [string, ...string[]]) => ({ memberIds, addressHash: null, linkKey: null, isKnown: true });

  it('sheds nothing: mute, time-out, kick and ban are the account’s, and the guest’s again who is taken out of it', () => {
    const next = succeeded(everything(), [CLEO, DEV]);
    expect(next.access.mutedIds).toEqual([ACCOUNT]);
    expect(next.access.timeOuts?.map(({ memberId }) => memberId)).toEqual([ACCOUNT]);
    expect(next.bannedIds).toEqual([CLEO, ACCOUNT]);
    expect(next.kickedIds).toEqual([ACCOUNT]);
    expect(succeedGuests(next, [CLEO, DEV], ACCOUNT, NOW_MS)).toBeNull();
    const again = succeeded(next, [ACCOUNT], DEV, true);
    expect([again.access.mutedIds, again.kickedIds]).toEqual([
      [ACCOUNT, DEV],
      [ACCOUNT, DEV],
    ]);
    expect(again.access.timeOuts?.map(({ memberId }) => memberId)).toEqual([ACCOUNT, DEV]);
    expect(again.bannedIds).toEqual([CLEO, ACCOUNT, DEV]);
  });

  it('leaves nothing behind that would come back: what is lifted once is lifted', () => {
    let record = succeeded(everything(), [CLEO, DEV]);
    record = after(record, BEN, { kind: 'mute', memberId: ACCOUNT, muted: false });
    record = after(record, BEN, { kind: 'time-out', memberId: ACCOUNT, minutes: 0 });
    record = after(record, BEN, { kind: 'unban', memberId: ACCOUNT });
    expect([record.bannedIds, record.bans]).toEqual([[], []]);
    expect(entryOf(record, comer([ACCOUNT, CLEO, DEV]), NOW_MS)).toBe('knock');
    record = after(record, BEN, { kind: 'admit', memberId: ACCOUNT, admit: true });
    expect(entryOf(record, comer([ACCOUNT, CLEO, DEV]), NOW_MS)).toBe('in');
    expect(succeedGuests(record, [CLEO, DEV], ACCOUNT, NOW_MS)).toBeNull();
  });

  it('lifts a ban of the account where that of the guest is lifted', () => {
    expect(after(succeeded(everything(), [CLEO]), BEN, { kind: 'unban', memberId: CLEO }).bannedIds).toEqual([]);
  });

  it.each([
    ['the owner', ANA],
    ['a host', BEN],
  ])('keeps %s from nothing for a guest whom hosts took for somebody else', (_who, memberId) => {
    expect(succeedGuests(everything(), [CLEO, DEV], memberId, NOW_MS)).toBeNull();
  });

  it('of the owner’s guest makes an owner whom nothing keeps out, and of a host’s no host who is banned', () => {
    const owns = party({ ownerId: DEV, hostIds: [BEN, EVE] });
    const banned = after(after(owns, BEN, { kind: 'ban', memberId: CLEO, address: true }), BEN, {
      kind: 'mute',
      memberId: CLEO,
      muted: true,
    });
    const next = succeeded(banned, [DEV], CLEO);
    expect([next.access.ownerId, next.bannedIds, next.bans, next.access.mutedIds]).toEqual([CLEO, [], [], []]);
    const host = succeeded(after(party(), BEN, { kind: 'ban', memberId: CLEO, address: false }), [EVE], CLEO);
    expect([host.access.hostIds, host.bannedIds]).toEqual([[BEN], [CLEO]]);
  });

  it('makes no list longer than it may be, and frees nobody who is banned', () => {
    const ids = (letter: string, count: number) => Array.from({ length: count }, (_, i) => letter + String(i).padStart(11, '0'));
    const full: SessionRecord = {
      ...party({
        mutedIds: ids('m', MUTED_MAX),
        timeOuts: ids('t', TIME_OUTS_MAX).map((memberId) => ({ memberId, untilMs: NOW_MS + 60_000 })),
      }),
      bannedIds: ids('b', BANNED_MAX),
      bans: ids('b', BANS_KEPT_MAX).map((memberId) => ({ memberId, name: null, byName: 'Ben', atMs: NOW_MS })),
      kickedIds: ids('k', KICKED_MAX),
    };
    for (const isGuestAgain of [false, true]) {
      let record = full;
      for (let i = 0; i < 50; i += 1) {
        const guestIds = ['m', 't', 'b', 'k'].map((letter) => `${letter}${String(i).padStart(11, '0')}`);
        record = succeeded(record, guestIds, `z${String(i).padStart(11, '0')}`, isGuestAgain);
        expect(record.bannedIds).toContain(`z${String(i).padStart(11, '0')}`);
      }
      expect([record.bannedIds.length, record.kickedIds?.length, record.bans?.length]).toEqual([BANNED_MAX, KICKED_MAX, BANS_KEPT_MAX]);
      expect([record.access.mutedIds?.length, record.access.timeOuts?.length]).toEqual([MUTED_MAX, TIME_OUTS_MAX]);
      expect(full.bannedIds.slice(50).every((id) => record.bannedIds.includes(id))).toBe(true);
    }
  });
});

it('[ROLE8] who becomes the owner is neither muted nor has a time-out: nobody could lift it', () => {
  let record = after(party({ actingOwnerId: EVE, ownerAwaySinceMs: T0 }), BEN, { kind: 'mute', memberId: CLEO, muted: true });
  record = after(record, BEN, { kind: 'time-out', memberId: CLEO, minutes: 60 });
  const { access } = after(record, ANA, { kind: 'hand-over', memberId: CLEO });
  expect(RIGHTS.filter((right) => !hasRight(access, CLEO, right, NOW_MS))).toEqual([]);
  expect(access).not.toHaveProperty('actingOwnerId');
  expect(access).not.toHaveProperty('ownerAwaySinceMs');
});
