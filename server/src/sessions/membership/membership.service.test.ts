import { SESSION_MAX_MEMBERS, type SessionCommand } from '@cowatch/shared/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { deferred, settle } from '../../platform/promises.testing.ts';
import { singleNodeBus } from '../../platform/socket/cluster-bus.ts';
import type { AppSocket } from '../../platform/socket/socket.types.ts';
import { Addresses } from '../door/addresses.ts';
import { Door } from '../door/door.service.ts';
import { Visitors } from '../door/visitors.ts';
import { WaitingRoom } from '../door/waiting-room.ts';
import { LocalRoster } from '../presence/local-roster.ts';
import { Presence } from '../presence/presence.ts';
import { singleNodePresence } from '../presence/remote-presence.ts';
import { SnapshotWriter } from '../recovery/snapshot-writer.ts';
import { memberIdOf } from '../session.domain.ts';
import { SessionService } from '../session.service.ts';
import { createMemorySessionStore } from '../session.store.memory.ts';
import type { SessionStore } from '../session.store.ts';
import { HandSnapshots, testTitles } from '../session.testing.ts';
import { MemberRegistry } from './member.registry.ts';
import { MemberSockets } from './member-sockets.ts';
import { MembershipService } from './membership.service.ts';
import { SessionOccupancy } from './occupancy.ts';
import { SessionBroadcaster } from './session.broadcaster.ts';
import { SessionPeers } from './session.peers.ts';
import { SlowSockets } from './slow-sockets.ts';

// What depends on the order of single steps, or on twenty thousand sockets: stand-ins that only join and leave rooms.
// Everything else about membership is proven with real ones, in joining.protocol.test.ts.

const NOW_MS = 1_700_000_000_000;

const socketOf = (viewerId: string, id = `socket ${viewerId}`) =>
  ({
    id,
    connected: true,
    data: { viewerId, addressKey: '192.0.2.1' },
    handshake: { headers: {} },
    join() {},
    leave() {},
  }) as unknown as AppSocket;
const room = { to: () => ({ emit() {} }) };
const io = { ...room, local: room, sockets: { sockets: new Map() } };

let store: SessionStore;
let presence: Presence;
let sessions: SessionService;
let members: MembershipService;
let sessionId: string;
beforeEach(async () => {
  const snapshots = new HandSnapshots();
  store = createMemorySessionStore();
  const registry = new MemberRegistry();
  const roster = new LocalRoster(registry);
  presence = new Presence(roster, singleNodePresence);
  const occupancy = new SessionOccupancy({ startedAtMs: NOW_MS, registry, elsewhere: () => null });
  const bus = singleNodeBus('here');
  const slow = new SlowSockets({ registry, roster, events: { emit: () => {} } });
  const sockets = new MemberSockets({ registry, roster, slow, events: { emit: () => {} } });
  const directory = {
    mayHavePredecessors: () => false,
    predecessors: async () => [],
    tookOver: async () => {},
    gaveBack: async () => {},
  };
  const addresses = new Addresses({ key: Buffer.alloc(32), trustsProxy: false });
  const visitors = new Visitors({ note: async () => {}, hasAny: async () => false, expire: async () => 0 });
  const waiting = new WaitingRoom({ bus, tellHosts: () => {}, nowMs: () => NOW_MS });
  const memberId = (id: string, viewerId: string) => memberIdOf(Buffer.alloc(32), id, viewerId);
  const door = new Door({ bus, roster, registry, addresses, visitors, waiting, directory, memberId });
  sessions = new SessionService({
    titles: testTitles,
    store,
    snapshots,
    writer: new SnapshotWriter({ snapshots, nowMs: () => NOW_MS, patienceMs: 250 }),
    occupancy,
    publisher: new SessionBroadcaster({
      io: io as never,
      bus,
      registry,
      roster,
      sockets,
      slow,
      door,
      addresses,
      nowMs: () => NOW_MS,
    }),
    metrics: { command: () => {}, conflict: () => {}, lead: () => {}, write: () => {}, notKept: () => {} },
    databaseStarted: async () => {},
    peerReplicas: async () => [],
    peerCompanions: async () => [],
    memberKey: Buffer.alloc(32),
    creationKey: Buffer.alloc(32),
    leadMs: () => 0,
    onCreated: () => {},
  });
  members = new MembershipService({
    events: { emit: () => {} },
    sessions,
    presence,
    occupancy,
    sockets,
    slow,
    peers: new SessionPeers({ bus, roster }),
    directory,
    door,
    addresses,
    visitors,
    waiting,
    admit: () => null,
  });
  sessionId = (await sessions.create({ media: { titleId: 'sample' } }, 'owner', NOW_MS)).id;
});

const enter = (viewerId: string, socket = socketOf(viewerId)) => members.join(socket, { sessionId, name: viewerId }, NOW_MS);
/** The same, for what the answer says: reading it takes longer than giving it. */
const join = async (viewerId: string, socket = socketOf(viewerId)) => (await enter(viewerId, socket)).toJSON();
const asOwner = () => ({ memberId: sessions.memberId(sessionId, 'owner'), name: 'Owner' });
const envelope = () => ({ sessionId, opId: 'operation', issuedAtMs: NOW_MS });

/** Starts a join, and lets `meanwhile` happen after it has read the session and before it has that in hand. */
async function joinDuring(viewerId: string, meanwhile: () => Promise<unknown>) {
  const load = store.load.bind(store);
  const gate = deferred();
  store.load = async (id) => {
    const record = await load(id);
    await gate.promise;
    return record;
  };
  const joining = join(viewerId);
  const outcome = joining.then(
    (snapshot) => snapshot,
    (error: unknown) => error,
  );
  await settle();
  store.load = load;
  await meanwhile();
  gate.resolve(undefined);
  return outcome;
}

describe('somebody who joins while something happens', () => {
  it('[JOIN1] has it in the answer, although it was told before they were in', async () => {
    const seek = { ...envelope(), kind: 'seek', positionS: 42 } as const;
    const snapshot = await joinDuring('ben', () => sessions.command(sessionId, asOwner(), seek, NOW_MS));
    expect(snapshot).toMatchObject({ playback: { timeline: { positionS: 42 } } });
  });

  it('[ACC3] is not in, if it was that they were shut out', async () => {
    const kick = { ...envelope(), kind: 'kick', memberId: sessions.memberId(sessionId, 'ben') } as const;
    const error = await joinDuring('ben', () =>
      sessions.command(sessionId, asOwner(), kick, NOW_MS, new Map([[kick.memberId, { name: 'Ben', addressHashes: [] }]])),
    );
    expect(error).toMatchObject({ code: 'forbidden' });
    expect(presence.count(sessionId).members).toBe(0);
  });

  it('[ACC5] is not in, if it was the end', async () => {
    const end: Extract<SessionCommand, { kind: 'end' }> = { ...envelope(), kind: 'end' };
    const error = await joinDuring('ben', () => sessions.command(sessionId, asOwner(), end, NOW_MS));
    expect(error).toMatchObject({ code: 'gone' });
    expect(presence.count(sessionId).members).toBe(0);
  });

  it('is not in, if their connection went', async () => {
    const socket = socketOf('ben');
    const read = sessions.read.bind(sessions);
    sessions.read = async (...args) => {
      const record = await read(...args);
      Object.assign(socket, { connected: false });
      return record;
    };
    await expect(join('ben', socket)).rejects.toMatchObject({ code: 'conflict' });
    expect(presence.count(sessionId).members).toBe(0);
  });
});

describe('[JOIN2] a party that is full', () => {
  it('takes nobody new, lets its people in on another device, and has room again when somebody leaves', { timeout: 60_000 }, async () => {
    for (let i = 0; i < SESSION_MAX_MEMBERS; i += 1) await enter(`viewer ${i}`);
    expect(presence.count(sessionId).members).toBe(SESSION_MAX_MEMBERS);
    await expect(join('one more')).rejects.toMatchObject({ code: 'session_full' });
    expect(presence.count(sessionId).members).toBe(SESSION_MAX_MEMBERS);
    expect((await join('viewer 7', socketOf('viewer 7', 'phone'))).roster.count).toBe(SESSION_MAX_MEMBERS);
    members.leave(socketOf('viewer 0'), sessionId, NOW_MS);
    expect((await join('one more')).roster.count).toBe(SESSION_MAX_MEMBERS);
  });
});
