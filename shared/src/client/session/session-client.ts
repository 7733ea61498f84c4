import { LiveSession } from './live-session.ts';
import type { SessionClient, SessionClientOptions } from './session-client.types.ts';

/**
 * The headless client of one session: connects, keeps the clock, joins, follows, reports and comes back by itself. The
 * web page, bots and benches all use this one.
 */
export function createSessionClient(options: SessionClientOptions): SessionClient {
  const session = new LiveSession(options);
  const { connection, commands, chat, reactions } = session;
  return {
    connection,
    get state() {
      return session.state;
    },
    subscribe: session.changes.add,
    onNotice: session.notices.add,
    connect: () => connection.open(),
    retry: () => session.retry(),
    close: () => session.close(),
    clusterNowMs: (localMs) => connection.serverNowMs(localMs),
    targetPositionS: (localMs) => session.targetPositionS(localMs),
    ...commands,
    chat,
    reactions,
    queue: session.queue.client,
    loadMoreMembers: () => session.loadMoreMembers(),
    attach: (player, traits = {}) => session.player.attach(player, traits),
  };
}
