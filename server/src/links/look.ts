import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { HEAD_BYTES, readMediaHead } from '@cowatch/shared/media';
import type { LinkLook } from '@cowatch/shared/protocol';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { LOOK_TIMEOUT_MS, OWN_PORTS_FROM, REDIRECTS_MAX } from './links.limits.ts';

export interface LookOptions {
  /** Also at addresses of private networks and this machine. */
  readonly reachesPrivate: boolean;
  readonly timeoutMs?: number;
}

/** Looks at an address: who answers, and what the first bytes are. Nothing of them leaves. Never throws. */
export type Look = (url: string) => Promise<LinkLook>;

/** Metadata services of clouds, which give machines their secrets, outside the networks that are private by number: Azure's. */
const META_ADDRESSES = ['168.63.129.16'];

/** This server cannot say; others may know. */
export const UNSEEN: LinkLook = { outcome: 'unseen', status: null, what: null, codecs: [], foreign: null, cors: null };

/**
 * Every connection, also that of each redirect, goes through an agent that looks at the address that is really connected
 * to, after the name was resolved: a name cannot lead into a private network, nor be resolved anew in between.
 */
export function createLook({ reachesPrivate, timeoutMs = LOOK_TIMEOUT_MS }: LookOptions): Look {
  const options = { allowPrivateIPAddress: reachesPrivate, denyIPAddressList: META_ADDRESSES, keepAlive: false };
  const agents = { http: new RequestFilteringHttpAgent(options), https: new RequestFilteringHttpsAgent(options) };

  const ask = (url: URL, signal: AbortSignal) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const isHttps = url.protocol === 'https:';
      const request = (isHttps ? requestHttps : requestHttp)(url, {
        agent: isHttps ? agents.https : agents.http,
        signal,
        headers: {
          accept: '*/*',
          'accept-encoding': 'identity',
          range: `bytes=0-${HEAD_BYTES - 1}`,
          // With it servers say whether pages of others may read the answer; which page does not matter to most.
          origin: 'https://cowatch.invalid',
          'user-agent': 'Cowatch-link-check',
        },
      });
      request.once('response', resolve);
      request.once('error', reject);
      // Also where it ends with neither: an answer that changes to another protocol, unasked, is closed without a word.
      request.once('close', () => reject(new Error('no answer')));
      request.end();
    });

  return async (text) => {
    const signal = AbortSignal.timeout(timeoutMs);
    let url = new URL(text);
    try {
      for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
        if (!isAllowed(url)) return UNSEEN;
        const response = await ask(url, signal);
        const status = response.statusCode ?? 0;
        const next = status >= 300 && status < 400 ? response.headers.location : undefined;
        if (next === undefined) return await describe(response, status);
        response.destroy();
        url = new URL(next, url);
      }
      return UNSEEN;
    } catch {
      // Refused here, without an answer, or out of time: this server has not seen it, and others may.
      return UNSEEN;
    }
  };
}

function isAllowed(url: URL): boolean {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false;
  return url.port === '' || ['80', '443'].includes(url.port) || Number(url.port) >= OWN_PORTS_FROM;
}

async function describe(response: IncomingMessage, status: number): Promise<LinkLook> {
  if (status < 200) throw new Error('no status of an answer');
  const isThere = status === 200 || status === 206;
  // Some compress unasked: browsers read that, and its first bytes say nothing here.
  const isPlain = /^(?:identity)?$/i.test(response.headers['content-encoding'] ?? '');
  const head = isThere && isPlain ? readMediaHead(await firstBytes(response)) : null;
  response.destroy();
  return {
    outcome: 'answered',
    status,
    what: head?.what ?? null,
    codecs: head?.codecs ?? [],
    foreign: head?.foreign ?? null,
    cors: ['*', 'https://cowatch.invalid'].includes(response.headers['access-control-allow-origin'] ?? ''),
  };
}

/** First bytes of a response: what has come by the time there is enough, or it ends, or breaks off. */
async function firstBytes(response: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part);
      size += part.length;
      if (size >= HEAD_BYTES) break;
    }
  } catch (error) {
    if (size === 0) throw error;
  }
  return Buffer.concat(parts).subarray(0, HEAD_BYTES);
}
