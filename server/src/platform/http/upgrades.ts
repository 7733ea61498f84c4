import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CodedError } from '@cowatch/shared/protocol';
import type { Logger } from '../log/log.ts';
import { refuseOnWire } from './wire-errors.ts';

/** Where websockets are, and nothing else that a connection could become. */
export const SOCKET_PATH = '/socket.io';

/** Headers of one connection, which speak of what the request asked to become. */
const OF_THE_UPGRADE = new Set(['connection', 'upgrade', 'http2-settings']);

const NO_TUNNELS = new CodedError('method_not_allowed', 'This is no proxy.');

/**
 * Serves requests that ask for a protocol which is not spoken here as if they had not asked (RFC 9110, section 7.8): many
 * clients ask for HTTP/2 (`Upgrade: h2c`) with their first request to any address without TLS. By itself Node hands every
 * request that asks for anything to the listener that upgrades websockets, whatever it is for. One that wants a tunnel is refused in words.
 */
export function serveUpgrades(server: Server, log: Logger): void {
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    if (request.url?.startsWith(`${SOCKET_PATH}/`) === true || connection.destroyed) return;
    // Said once more without that, ahead of what came behind it, to a parser that begins anew.
    connection.unshift(Buffer.concat([Buffer.from(withoutUpgrade(request), 'latin1'), head]));
    server.emit('connection', connection);
  });
  server.on('connect', (_request: IncomingMessage, connection: Duplex) => {
    connection.on('error', () => {});
    refuseOnWire(log, connection, 405, NO_TUNNELS, { allow: '' });
  });
}

function withoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    if (!OF_THE_UPGRADE.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[i + 1]}`);
  }
  return `${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`;
}
