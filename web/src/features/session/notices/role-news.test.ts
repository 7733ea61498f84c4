import type { SessionState } from '@cowatch/shared/client';
import { Listeners } from '@cowatch/shared/listeners';
import type { Access } from '@cowatch/shared/protocol';
import { expect, it } from 'vitest';
import { type RoleNews, roleNews, watchRoles } from './role-news.ts';

const ACCESS = { version: 1, name: 'Friday film', control: 'everyone', ownerId: 'ana', hostIds: ['ben'] } as const satisfies Access;
const NAMES: Readonly<Record<string, string>> = { ana: 'Ana', ben: 'Ben', cleo: 'Cleo' };

const news = (ownId: string, before: Partial<Access>, after: Partial<Access>) =>
  roleNews({ ...ACCESS, ...before }, { ...ACCESS, ...after }, { ownId, nameOf: (id) => NAMES[id] ?? null, nowMs: 1000 });

it('everybody reads who looks after the party while the owner is away, and that they are back', () => {
  const away = { actingOwnerId: 'ben' };
  expect(news('cleo', {}, away)).toEqual([{ kind: 'acting', name: 'Ben', owner: 'Ana', own: false }]);
  expect(news('ben', {}, away)).toEqual([{ kind: 'acting', name: 'Ben', owner: 'Ana', own: true }]);
  expect(news('cleo', away, {})).toEqual([{ kind: 'ownerBack', name: 'Ana', own: false }]);
  expect(news('ana', away, {})).toEqual([{ kind: 'ownerBack', name: 'Ana', own: true }]);
});

it('somebody whom this page never saw has no name, and is not made up', () => {
  expect(news('cleo', { ownerId: 'gus' }, { ownerId: 'gus', actingOwnerId: 'ben' })).toEqual([
    { kind: 'acting', name: 'Ben', owner: '', own: false },
  ]);
  expect(news('cleo', { ownerId: 'gus', actingOwnerId: 'ben' }, { ownerId: 'gus' })).toEqual([]);
});

it('a party that was handed over is told to all, and is no second piece of news to those whose roles it changed', () => {
  const handed = { ownerId: 'cleo', hostIds: ['ben', 'ana'] };
  expect(news('ben', {}, handed)).toEqual([{ kind: 'newOwner', name: 'Cleo', own: false }]);
  expect(news('cleo', {}, handed)).toEqual([{ kind: 'newOwner', name: 'Cleo', own: true }]);
  expect(news('ana', {}, handed)).toEqual([{ kind: 'newOwner', name: 'Cleo', own: false }]);
});

it('what was given to somebody, or taken from them, is told to them alone', () => {
  const cases: readonly [Partial<Access>, Partial<Access>, RoleNews['kind']][] = [
    [{}, { hostIds: ['ben', 'cleo'] }, 'madeHost'],
    [{ hostIds: ['ben', 'cleo'] }, {}, 'notHost'],
    [{}, { mutedIds: ['cleo'] }, 'muted'],
    [{ mutedIds: ['cleo'] }, { mutedIds: [] }, 'unmuted'],
    [{ timeOuts: [{ memberId: 'cleo', untilMs: 5000 }] }, { timeOuts: [] }, 'timeOutOver'],
  ];
  for (const [before, after, kind] of cases) {
    expect(news('cleo', before, after)).toEqual([{ kind }]);
    expect(news('ana', before, after)).toEqual([]);
  }
});

it('a change that says nothing of roles is no news', () => {
  expect(news('cleo', {}, { name: 'Saturday film', control: 'hosts', mutedIds: ['dev'], door: 'locked' })).toEqual([]);
});

it('a time-out that runs out is told, though nobody has changed anything', () => {
  const access: Access = { ...ACCESS, timeOuts: [{ memberId: 'cleo', untilMs: 5000 }] };
  const listeners = new Listeners();
  const client = {
    state: { access, members: [], you: { memberId: 'cleo', timeOutUntilMs: 5000 } } as unknown as SessionState,
    subscribe: listeners.add,
    clusterNowMs: () => 6000,
  };
  const told: RoleNews[] = [];
  const stop = watchRoles(client, (each) => told.push(each));
  listeners.emit();
  expect(told).toEqual([]);
  client.state = { ...client.state, you: { memberId: 'cleo', timeOutUntilMs: null } } as unknown as SessionState;
  listeners.emit();
  expect(told).toEqual([{ kind: 'timeOutOver' }]);
  stop();
});
