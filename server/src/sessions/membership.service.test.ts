import { SESSION_MAX_MEMBERS } from '@cowatch/shared/protocol';
import { describe, expect, it } from 'vitest';
import type { AppSocket } from '../platform/socket/socket.types.ts';
import { MembershipService } from './membership.service.ts';
import { createMemoryPresence } from './presence.memory.ts';
import { SessionAttendance } from './session.attendance.ts';
import { SessionRooms } from './session.rooms.ts';
import { SessionService } from './session.service.ts';
import { createMemorySessionStore } from './session.store.memory.ts';
import { HandSnapshots } from './session.testing.ts';
import { SnapshotWriter } from './session.writer.ts';

const NOW_MS = 1_700_000_000_000;

/** Twenty thousand real sockets are too many for a test: these only join and leave rooms. */
const socketOf = (viewerId: string) =>
  ({ id: `socket ${viewerId}`, connected: true, data: { viewerId }, join() {}, leave() {} }) as unknown as AppSocket;

describe('[JOIN2] a party that is full', () => {
  it('takes nobody new, lets its people in on another device, and has room again when somebody leaves', async () => {
    const snapshots = new HandSnapshots();
    const presence = createMemoryPresence();
    const attendance = new SessionAttendance(NOW_MS);
    const rooms = new SessionRooms({ io: {} as never, presence, attendance });
    const sessions = new SessionService({
      store: createMemorySessionStore(),
      snapshots,
      writer: new SnapshotWriter({ snapshots, nowMs: () => NOW_MS, patienceMs: 250 }),
      attendance,
      publisher: rooms,
      metrics: { command: () => {}, conflict: () => {}, lead: () => {}, write: () => {} },
      memberKey: Buffer.alloc(32),
      leadMs: () => 0,
    });
    const members = new MembershipService({ sessions, presence, rooms });
    const { id: sessionId } = await sessions.create({ media: { titleId: 'sample' } }, 'owner', NOW_MS);
    const join = (viewerId: string, socket = socketOf(viewerId)) =>
      members.join(socket, { sessionId, name: viewerId }, NOW_MS);

    for (let i = 0; i < SESSION_MAX_MEMBERS; i += 1) await join(`viewer ${i}`);
    expect(presence.count(sessionId).members).toBe(SESSION_MAX_MEMBERS);
    await expect(join('one more')).rejects.toMatchObject({ code: 'session_full' });
    expect(presence.count(sessionId).members).toBe(SESSION_MAX_MEMBERS);
    const phone = { ...socketOf('viewer 7'), id: 'phone' } as AppSocket;
    expect((await join('viewer 7', phone)).roster.count).toBe(SESSION_MAX_MEMBERS);
    members.leave(socketOf('viewer 0'), sessionId, NOW_MS);
    expect((await join('one more')).roster.count).toBe(SESSION_MAX_MEMBERS);
  });
});
