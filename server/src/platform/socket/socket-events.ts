import { Listeners } from '@cowatch/shared/listeners';
import type { AppSocket } from './socket.types.ts';

/** Socket events: what features hear of sockets. A listener that fails harms no other, nor another socket. */
export class SocketEvents {
  readonly connected: Listeners<[socket: AppSocket]>;
  readonly disconnected: Listeners<[socket: AppSocket, reason: string]>;
  readonly slow: Listeners<[socket: AppSocket]>;
  readonly drained: Listeners<[socket: AppSocket]>;

  constructor(onError: (error: unknown) => void) {
    this.connected = new Listeners(onError);
    this.disconnected = new Listeners(onError);
    this.slow = new Listeners(onError);
    this.drained = new Listeners(onError);
  }
}
