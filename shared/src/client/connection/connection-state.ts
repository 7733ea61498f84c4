/** Where a connection to the server stands. */
export type ConnectionState =
  /** Not wanted: never opened, closed, or refused for good. */
  | { readonly kind: 'idle' }
  /** A handshake is on its way. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** The server stops: it is left, until the time that it named. */
  | { readonly kind: 'draining'; readonly delayMs: number }
  /** The server does not know this identity: another one is fetched before the next handshake. */
  | { readonly kind: 'renewing' }
  /** The next handshake waits. `named`: a refusal has named the time, and nothing makes it come sooner. */
  | { readonly kind: 'backing-off'; readonly delayMs: number; readonly named: boolean };

const RECONNECT_MIN_MS = 300;
const RECONNECT_MAX_MS = 8000;

/** When to connect again after so many handshakes in vain: full jitter below a ceiling that doubles. */
export function reconnectDelayMs(attempts: number, random: number): number {
  return RECONNECT_MIN_MS / 3 + random * Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** attempts);
}
