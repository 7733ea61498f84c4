import type { Knock } from '@cowatch/shared/protocol';
import type { IdentityDirectory } from '../../accounts/index.ts';
import type { FeatureDeps } from '../../platform/feature.ts';
import type { MemberRegistry } from '../membership/member.registry.ts';
import type { LocalRoster } from '../presence/local-roster.ts';
import { memberIdOf } from '../session.domain.ts';
import { Addresses } from './addresses.ts';
import { Door } from './door.service.ts';
import { createPostgresVisitorStore } from './visitors.store.postgres.ts';
import type { VisitorStore } from './visitors.store.ts';
import { Visitors } from './visitors.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface DoorParts {
  readonly door: Door;
  readonly waiting: WaitingRoom;
  readonly visitors: Visitors;
  readonly addresses: Addresses;
  readonly visitorStore: VisitorStore;
  stop(): void;
}

/** The door of parties: who may come in, who waits, who has been there. */
export function createDoor(
  deps: FeatureDeps,
  { registry, roster, memberKey }: { readonly registry: MemberRegistry; readonly roster: LocalRoster; readonly memberKey: Buffer },
): DoorParts {
  const { clock, config, database, events } = deps;
  const { io, bus } = deps.sockets;
  const directory: IdentityDirectory = deps.offered('directory');
  const addresses = new Addresses({ key: deps.deriveKey('session addresses'), trustsProxy: config.trustProxy !== false });
  const visitorStore = createPostgresVisitorStore(database);
  const visitors = new Visitors(visitorStore);
  const tell = (sessionId: string, socketId: string, waiting: readonly Knock[]) =>
    io.sockets.sockets.get(socketId)?.emit('session:knock', { sessionId, waiting });
  const waiting = new WaitingRoom({
    bus,
    nowMs: () => clock.nowMs(),
    tellHosts(sessionId, list) {
      for (const memberId of roster.of(sessionId)?.hostIds ?? []) {
        for (const { socketId } of registry.membersOf(sessionId)?.of(memberId) ?? []) tell(sessionId, socketId, list);
      }
    },
  });
  const memberId = (sessionId: string, viewerId: string) => memberIdOf(memberKey, sessionId, viewerId);
  const door = new Door({ bus, roster, registry, addresses, visitors, waiting, directory, memberId });
  const stops = [
    door.serve(),
    events.on('member.joined', (joined) => {
      if (roster.of(joined.sessionId)?.hostIds.has(joined.memberId) !== true) return;
      tell(joined.sessionId, joined.socketId, waiting.list(joined.sessionId));
      waiting.ask(joined.sessionId);
    }),
    waiting.listen(),
  ];
  return {
    door,
    waiting,
    visitors,
    addresses,
    visitorStore,
    stop() {
      for (const stop of stops) stop();
    },
  };
}
