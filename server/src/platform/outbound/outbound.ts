import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';

// Requests of this server to addresses that strangers name.

/** Most redirects that are followed. Browsers follow 20; links to files have one or two. */
const REDIRECTS_MAX = 5;

/** Ports below this belong to services of other kinds, which are never spoken to; but for those of HTTP itself. */
const OWN_PORTS_FROM = 1024;

/** Metadata services of clouds, which give machines their secrets, outside the networks that are private by number: Azure's. */
const META_ADDRESSES = ['168.63.129.16'];

export interface OutboundOptions {
  /** Also at addresses of private networks and this machine. */
  readonly reachesPrivate: boolean;
}

export interface OutboundRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the request, and the reading of its answer. */
  readonly signal: AbortSignal;
}

/** Asks an address by GET, and follows its redirects. The body is the caller's to read or to destroy. @throws where there is no answer, or it may not be asked */
export type Outbound = (url: string, request: OutboundRequest) => Promise<IncomingMessage>;

/**
 * Every connection, also that of each redirect, goes through an agent that looks at the address that is really connected
 * to, after the name was resolved: a name cannot lead into a private network, nor be resolved anew in between.
 */
export function createOutbound({ reachesPrivate }: OutboundOptions): Outbound {
  const options = { allowPrivateIPAddress: reachesPrivate, denyIPAddressList: META_ADDRESSES, keepAlive: false };
  const agents = { http: new RequestFilteringHttpAgent(options), https: new RequestFilteringHttpsAgent(options) };

  const ask = (url: URL, { headers, signal }: OutboundRequest) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const isHttps = url.protocol === 'https:';
      const request = (isHttps ? requestHttps : requestHttp)(url, { agent: isHttps ? agents.https : agents.http, signal, headers });
      request.once('response', resolve);
      request.once('error', reject);
      // Also where it ends with neither: an answer that changes to another protocol, unasked, is closed without a word.
      request.once('close', () => reject(new Error('no answer')));
      request.end();
    });

  return async (text, request) => {
    let url = new URL(text);
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
      if (!isAllowed(url)) throw new Error('an address that is never asked');
      const response = await ask(url, request);
      const status = response.statusCode ?? 0;
      const next = status >= 300 && status < 400 ? response.headers.location : undefined;
      if (next === undefined) return response;
      response.destroy();
      url = new URL(next, url);
    }
    throw new Error('too many redirects');
  };
}

function isAllowed(url: URL): boolean {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false;
  return url.port === '' || ['80', '443'].includes(url.port) || Number(url.port) >= OWN_PORTS_FROM;
}

/**
 * The whole body of an answer, uncompressed as it was asked for.
 * @throws where it is larger than `maxBytes`, compressed unasked, or breaks off
 */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  try {
    if (!isPlain(response)) throw new Error('compressed unasked');
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > maxBytes) throw new Error(`larger than ${maxBytes} bytes`);
      parts.push(part);
    }
    return Buffer.concat(parts);
  } finally {
    response.destroy();
  }
}

/** Some compress unasked. */
export const isPlain = ({ headers }: IncomingMessage): boolean => /^(?:identity)?$/i.test(headers['content-encoding'] ?? '');
