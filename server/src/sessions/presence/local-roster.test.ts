import { type Access, LIVE_ROSTER_MAX, type Member, type PresenceChange } from '@cowatch/shared/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionIds } from '../membership/member.registry.ts';
import { presenceIntervalMs } from '../session.domain.ts';
import { HOST_HEALTH_INTERVAL_MS, LIVE_ROSTER_AGAIN } from '../session.limits.ts';
import { TestPresence } from './presence.testing.ts';

const ACCESS: Access = { version: 1, name: 'Film', control: 'everyone', ownerId: 'ana', hostIds: [] };
const S = 'session';

const connection = (memberId: string, socketId = `${memberId}-1`, sessionId = S): ConnectionIds => ({
  sessionId,
  memberId,
  socketId,
});

describe('presence', () => {
  let presence: TestPresence;
  let nowMs: number;

  const enter = (memberId: string, socketId?: string) =>
    presence.enter(connection(memberId, socketId), { name: memberId.toUpperCase() }, ACCESS, nowMs);
  const take = (afterMs: number): PresenceChange | null => {
    nowMs += afterMs;
    return presence.local.takeChanges(nowMs).find(({ sessionId }) => sessionId === S)?.change ?? null;
  };
  const crowd = (count: number) => {
    for (let i = 0; i < count; i += 1) enter(`m${i}`);
  };
  const report = (memberId: string, state: Member['state'], driftMs: number | null) =>
    presence.report(connection(memberId), { state, driftMs }, nowMs);

  beforeEach(() => {
    presence = new TestPresence();
    nowMs = 1_000_000;
  });

  it('tells a change once, with the next revision', () => {
    enter('ana');
    const joining = {
      memberId: 'ana',
      name: 'ANA',
      role: 'owner',
      state: 'joining',
      driftMs: null,
      devices: 1,
      look: expect.any(Object),
    };
    expect(take(0)).toEqual({ revision: 1, count: 1, changed: [joining], left: [] });
    expect(take(10_000)).toBeNull();
    enter('ben');
    expect(take(10_000)).toMatchObject({ revision: 2, count: 2, changed: [{ memberId: 'ben', role: 'member' }] });
  });

  it('gathers changes until the interval is over', () => {
    enter('ana');
    take(0);
    enter('ben');
    expect(take(249)).toBeNull();
    enter('cleo');
    expect(take(1)?.changed.map(({ memberId }) => memberId)).toEqual(['ben', 'cleo']);
  });

  it('counts a viewer with several devices as one member, whose newest name holds', () => {
    enter('ana');
    presence.enter(connection('ana', 'phone'), { name: 'Ana on the phone' }, ACCESS, nowMs);
    expect(presence.all.count(S)).toEqual({ members: 1, devices: 2 });
    expect(take(0)?.changed).toMatchObject([{ memberId: 'ana', name: 'Ana on the phone', devices: 2 }]);
    expect(presence.exit(connection('ana'), nowMs)).toBe(false);
    expect(take(1000)).toMatchObject({ count: 1, changed: [{ devices: 1 }], left: [] });
    expect(presence.exit(connection('ana', 'phone'), nowMs)).toBe(true);
    expect(presence.all.count(S)).toEqual({ members: 0, devices: 0 });
  });

  it('tells who left; whoever is back in the meantime did not', () => {
    enter('ana');
    enter('ben');
    enter('cleo');
    take(0);
    presence.exit(connection('ben'), nowMs);
    presence.exit(connection('cleo'), nowMs);
    enter('cleo');
    expect(take(1000)).toMatchObject({ count: 2, changed: [{ memberId: 'cleo' }], left: ['ben'] });
  });

  it('ignores that a device leaves that is not there', () => {
    enter('ana');
    take(0);
    expect(presence.exit(connection('ana', 'unknown'), nowMs)).toBe(false);
    expect(presence.exit(connection('ben'), nowMs)).toBe(false);
    expect(presence.exit(connection('ana', 'ana-1', 'elsewhere'), nowMs)).toBe(false);
    expect(presence.all.count(S)).toEqual({ members: 1, devices: 1 });
    expect(take(1000)).toBeNull();
  });

  it('tells a change of state with the next change, a drift only where a reader sees it', () => {
    enter('ana');
    take(0);
    report('ana', 'playing', 10);
    expect(take(250)?.changed).toMatchObject([{ state: 'playing', driftMs: 10 }]);
    report('ana', 'playing', 14.9);
    expect(take(60_000)).toBeNull();
    report('ana', 'playing', 15);
    expect(take(250)?.changed).toMatchObject([{ driftMs: 15 }]);
    report('ana', 'playing', 30);
    expect(take(250)).toBeNull();
    expect(take(1749)).toBeNull();
    expect(take(1)?.changed).toMatchObject([{ driftMs: 30 }]);
    report('ana', 'playing', 90);
    report('ana', 'playing', 31);
    expect(take(60_000)).toBeNull();
    report('ana', 'playing', null);
    expect(take(250)?.changed).toMatchObject([{ driftMs: null }]);
  });

  it('calls whoever missed three reports away, until the next report', () => {
    enter('ana');
    enter('ben');
    expect(report('ana', 'playing', 3)).toBe(2000);
    take(0);
    nowMs += 6000;
    report('ben', 'playing', 2);
    presence.local.markAway(nowMs);
    take(0);
    expect(presence.local.firstPage(S).members.map(({ state }) => state)).toEqual(['playing', 'playing']);
    nowMs += 1;
    presence.local.markAway(nowMs);
    expect(take(250)?.changed).toMatchObject([{ memberId: 'ana', state: 'away', driftMs: null }]);
    presence.local.markAway(nowMs);
    expect(take(1000)).toBeNull();
    report('ana', 'playing', 1);
    expect(take(1000)?.changed).toMatchObject([{ memberId: 'ana', state: 'playing', driftMs: 1 }]);
  });

  it('tells of a new name and of a new role', () => {
    enter('ana');
    enter('ben');
    enter('cleo');
    take(0);
    expect(presence.local.reface(S, 'ben', { name: 'Benjamin' }, nowMs)).toBe(true);
    expect(presence.local.reface(S, 'ben', { name: 'Benjamin' }, nowMs)).toBe(false);
    expect(presence.local.reface(S, 'nobody', { name: 'X' }, nowMs)).toBe(false);
    presence.local.setAccess(S, { ...ACCESS, version: 2, hostIds: ['cleo'] });
    expect(take(1000)?.changed).toMatchObject([
      { memberId: 'ben', name: 'Benjamin', role: 'member' },
      { memberId: 'cleo', role: 'host' },
    ]);
    presence.local.setAccess(S, ACCESS);
    expect(take(1000)).toBeNull();
    expect(presence.local.firstPage(S).members.map(({ memberId }) => memberId)).toEqual(['ana', 'cleo', 'ben']);
  });

  it('[FACE1] gives a taken name a number, and keeps it as long as they are there', () => {
    const names = () => presence.local.firstPage(S).members.map(({ name }) => name);
    const come = (memberId: string, name: string) => presence.enter(connection(memberId), { name }, ACCESS, nowMs);
    come('ana', 'Ana');
    come('ben', 'ana');
    expect(names()).toEqual(['Ana', 'ana 2']);
    expect(presence.local.nameOf(S, 'ben')).toBe('ana 2');
    presence.exit(connection('ana'), nowMs);
    // On another of their devices, too.
    presence.enter(connection('ben', 'phone'), { name: 'ana' }, ACCESS, nowMs);
    expect(names()).toEqual(['ana 2']);
    come('cleo', 'Ana');
    expect(names()).toEqual(['ana 2', 'Ana']);
    expect(presence.local.reface(S, 'ben', { name: 'Ana' }, nowMs)).toBe(true);
    expect(names()).toEqual(['Ana 2', 'Ana']);
    expect(presence.local.reface(S, 'ben', { name: 'Ben' }, nowMs)).toBe(true);
    expect(names()).toEqual(['Ben', 'Ana']);
  });

  it('[FACE2] takes a look, and tells of it', () => {
    enter('ana');
    enter('ben');
    take(0);
    const look = { colour: 3, emoji: '🪁' };
    expect(presence.local.reface(S, 'ben', { look }, nowMs)).toBe(true);
    expect(presence.local.reface(S, 'ben', { look }, nowMs)).toBe(false);
    expect(take(1000)?.changed).toMatchObject([{ memberId: 'ben', name: 'BEN', look }]);
    expect(presence.local.reface(S, 'ana', { look }, nowMs)).toBe(true);
    const [ana] = presence.local.firstPage(S).members;
    expect(ana?.look.emoji).toBe('🪁');
    expect(ana?.look.colour).not.toBe(3);
    expect(presence.all.looks(S, 1)).toEqual([ana?.look]);
    expect(presence.all.looks('nowhere', 5)).toEqual([]);
  });

  it('pages through everybody once, hosts first', async () => {
    crowd(250);
    presence.enter(connection('ana'), { name: 'Ana' }, { ...ACCESS, version: 2, hostIds: ['m7', 'not-here'] }, nowMs);
    const seen: string[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const page = await presence.all.page(S, offset);
      expect(page.count).toBe(251);
      expect(page.members.length).toBeLessThanOrEqual(100);
      seen.push(...page.members.map(({ memberId }) => memberId));
      offset = page.nextOffset;
    }
    expect(seen.slice(0, 3)).toEqual(['ana', 'm7', 'm0']);
    expect(new Set(seen).size).toBe(251);
    expect(seen).toHaveLength(251);
    expect(presence.all.page(S, 251)).toMatchObject({ members: [], nextOffset: null });
    expect(presence.all.page(S, 1_000_000)).toMatchObject({ members: [], nextOffset: null });
  });

  it('above the live roster tells only the count and the hosts', () => {
    crowd(LIVE_ROSTER_MAX);
    enter('ana');
    const change = take(0);
    expect(change?.count).toBe(LIVE_ROSTER_MAX + 1);
    expect(change?.changed.map(({ memberId }) => memberId)).toEqual(['ana']);
    report('m3', 'playing', 2);
    expect(take(10_000)).toBeNull();
    // How a host is doing is a message to everybody, and is told seldom.
    report('ana', 'playing', 2);
    expect(take(10_000)).toBeNull();
    expect(take(HOST_HEALTH_INTERVAL_MS)?.changed).toMatchObject([{ memberId: 'ana', state: 'playing' }]);
    report('ana', 'buffering', 2);
    report('ana', 'playing', 2);
    expect(take(HOST_HEALTH_INTERVAL_MS)).toBeNull();
    presence.exit(connection('m3'), nowMs);
    enter('m500');
    enter('m501');
    expect(take(10_000)).toMatchObject({ count: LIVE_ROSTER_MAX + 2, changed: [], left: [] });
  });

  it('goes back to the live roster with a gap in the revisions, and does not flap', () => {
    crowd(LIVE_ROSTER_MAX + 1);
    expect(take(0)).toMatchObject({ revision: 1, changed: [] });
    for (let i = 0; i < LIVE_ROSTER_MAX - LIVE_ROSTER_AGAIN; i += 1) presence.exit(connection(`m${i}`), nowMs);
    expect(take(10_000)).toMatchObject({ revision: 2, count: LIVE_ROSTER_AGAIN + 1, left: [] });
    presence.exit(connection('m50'), nowMs);
    expect(take(10_000)).toMatchObject({ revision: 4, count: LIVE_ROSTER_AGAIN, left: ['m50'] });
    enter('m50');
    expect(take(10_000)).toMatchObject({ revision: 5, changed: [{ memberId: 'm50' }] });
  });

  it('tells a large session seldom', () => {
    crowd(2000);
    take(0);
    presence.exit(connection('m0'), nowMs);
    expect(take(presenceIntervalMs(2000) - 1)).toBeNull();
    expect(take(1)).toMatchObject({ count: 1999 });
  });

  it('keeps sessions apart', () => {
    enter('ana');
    presence.enter(connection('ana', 'other', 'session2'), { name: 'Ana' }, ACCESS, nowMs);
    expect(presence.registry.totals()).toEqual({ sessions: 2, members: 2 });
    expect(presence.exit(connection('ana', 'other', 'session2'), nowMs)).toBe(true);
    expect(presence.registry.totals()).toEqual({ sessions: 1, members: 1 });
    expect(presence.all.count('session')).toEqual({ members: 1, devices: 1 });
  });
});
