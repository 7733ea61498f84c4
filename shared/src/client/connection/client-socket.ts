import { io, type Socket } from 'socket.io-client';
import { type ClientToServerEvents, PROTOCOL_VERSION, type ServerToClientEvents } from '../../protocol/index.ts';

export type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

/** How long connecting may take, in milliseconds: longer than a server lets people wait who come in a storm. */
const CONNECT_TIMEOUT_MS = 8000;

/** Where to connect, and as whom. */
export interface ConnectionOptions {
  /** Where the server is, e.g. `https://cowatch.example`; in a page, its own origin. */
  readonly serverUrl: string;
  /** Identity for programs; browsers send their cookie by themselves. */
  readonly token?: string;
  /** Sent with the handshake (Node only): cookies, forwarded addresses. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Called after every connect with the build of the web pages that the server serves ([CONN12]). */
  readonly onPagesBuild?: (build: string) => void;
}

/** A socket that connects on demand, and never again by itself. */
export function createSocket({ serverUrl, token, headers }: ConnectionOptions): ClientSocket {
  return io(serverUrl, {
    transports: ['websocket'],
    autoConnect: false,
    // Full jitter, refusals and drains: the library's own reconnection knows nothing of these.
    reconnection: false,
    forceNew: true,
    timeout: CONNECT_TIMEOUT_MS,
    withCredentials: true,
    auth: token ? { protocol: PROTOCOL_VERSION, token } : { protocol: PROTOCOL_VERSION },
    ...(headers ? { extraHeaders: { ...headers } } : {}),
  });
}
