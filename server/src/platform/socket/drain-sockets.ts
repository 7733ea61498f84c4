import { settlesWithin } from '../settles-within.ts';
import type { AppServer } from './socket.types.ts';

/** Clients are told to go within this time, each at a moment of its own, so that they do not all come back at once. */
const DRAIN_SPREAD_MS = 2000;
const DRAIN_FIRST_MS = 100;

/** For the way of the last message there and of the close back, in milliseconds. */
const CLOSE_MARGIN_MS = 400;

const LOOK_INTERVAL_MS = 20;

/** Drains a server: tells every client when to connect anew, and waits until all have gone or their time is up. */
export async function drainSockets(io: AppServer): Promise<void> {
  for (const socket of io.sockets.sockets.values()) {
    socket.emit('server:draining', { reconnectInMs: Math.round(DRAIN_FIRST_MS + Math.random() * DRAIN_SPREAD_MS) });
  }
  const isEmpty = () => io.engine.clientsCount === 0;
  if (isEmpty()) return;
  let timer: NodeJS.Timeout | undefined;
  const gone = new Promise<void>((resolve) => {
    timer = setInterval(() => {
      if (isEmpty()) resolve();
    }, LOOK_INTERVAL_MS);
  });
  await settlesWithin(gone, DRAIN_FIRST_MS + DRAIN_SPREAD_MS + CLOSE_MARGIN_MS);
  clearInterval(timer);
}
