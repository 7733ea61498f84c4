import type { IncomingMessage } from 'node:http';
import { CodedError } from '@cowatch/shared/protocol';
import type { TrustFunction } from './trust-proxy.ts';

/** By what a request reached this server: scheme, host and port, as they are after parsing. */
export interface RequestOrigin {
  /** `scheme://host[:port]`, as the WHATWG URL standard serializes it. */
  readonly origin: string;
  /** With its port where that is not the scheme's own. */
  readonly host: string;
  readonly isSecure: boolean;
}

/** Schemes that proxies name; some name that of a websocket. */
const SCHEMES: Readonly<Record<string, 'http' | 'https'>> = { http: 'http', ws: 'http', https: 'https', wss: 'https' };

/** A host with an optional port, before the URL parser has its say: it would take a path or a password along, too. */
const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/**
 * Parses scheme and host of a request once, before anything else looks at it: all that comes later reads no header.
 * Null where an HTTP/1.0 request names no host, which is its right.
 *
 * @throws CodedError `bad_request` where they are no origin of http or https, or where there are two hosts.
 */
export function parseRequestOrigin(request: IncomingMessage, trust: TrustFunction): RequestOrigin | null {
  const scheme = schemeOf(request, trust);
  const own = ownHost(request);
  const host = forwarded(request, 'x-forwarded-host', trust) ?? own;
  if (host === null) return null;
  const address = `${scheme}://${host}`;
  // The parser refuses what no name can be (`999.1.1.1`, `[1]`, `xn--`) and ports above 65535.
  if (!HOST.test(host) || !URL.canParse(address)) throw new CodedError('bad_request', 'The Host is not valid.');
  const url = new URL(address);
  if (url.port === '0') throw new CodedError('bad_request', 'The port of the Host is not valid.');
  return { origin: url.origin, host: url.host, isSecure: scheme === 'https' };
}

function schemeOf(request: IncomingMessage, trust: TrustFunction): 'http' | 'https' {
  const said = forwarded(request, 'x-forwarded-proto', trust);
  if (said === null) return 'encrypted' in request.socket ? 'https' : 'http';
  const scheme = Object.hasOwn(SCHEMES, said.toLowerCase()) ? SCHEMES[said.toLowerCase()] : undefined;
  if (scheme === undefined) throw new CodedError('bad_request', 'X-Forwarded-Proto is neither http nor https.');
  return scheme;
}

/** The host that the request itself names. Two of them, or none from HTTP/1.1 on, are refused (RFC 9112, section 3.2). */
function ownHost(request: IncomingMessage): string | null {
  const { rawHeaders, headers, httpVersion } = request;
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') hosts += 1;
  if (hosts > 1) throw new CodedError('bad_request', 'There is more than one Host.');
  if (headers.host === undefined && httpVersion !== '1.0') throw new CodedError('bad_request', 'There is no Host.');
  return headers.host ?? null;
}

/** What the nearest proxy, where it is trusted, says instead: the last entry is its own. */
function forwarded(request: IncomingMessage, name: string, trust: TrustFunction): string | null {
  const values = request.headers[name];
  const peer = request.socket.remoteAddress;
  if (values === undefined || peer === undefined || !trust(peer, 0)) return null;
  const last = String(values).split(',').at(-1)?.trim() ?? '';
  return last === '' ? null : last;
}
