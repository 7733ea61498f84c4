import type { IncomingMessage } from 'node:http';
import { HEAD_BYTES, readMediaHead } from '@cowatch/shared/media';
import type { LinkLook } from '@cowatch/shared/protocol';
import { createOutbound, isPlain, type OutboundOptions } from '../platform/outbound/outbound.ts';
import { LOOK_TIMEOUT_MS } from './links.limits.ts';

export interface LookOptions extends OutboundOptions {
  readonly timeoutMs?: number;
}

/** Looks at an address: who answers, and what the first bytes are. Nothing of them leaves. Never throws. */
export type Look = (url: string) => Promise<LinkLook>;

/** This server cannot say; others may know. */
export const UNSEEN: LinkLook = { outcome: 'unseen', status: null, what: null, codecs: [], foreign: null, cors: null };

const HEADERS = {
  accept: '*/*',
  'accept-encoding': 'identity',
  range: `bytes=0-${HEAD_BYTES - 1}`,
  // With it servers say whether pages of others may read the answer; which page does not matter to most.
  origin: 'https://cowatch.invalid',
  'user-agent': 'Cowatch-link-check',
};

export function createLook({ timeoutMs = LOOK_TIMEOUT_MS, ...options }: LookOptions): Look {
  const ask = createOutbound(options);
  return async (url) => {
    try {
      return await describe(await ask(url, { headers: HEADERS, signal: AbortSignal.timeout(timeoutMs) }));
    } catch {
      // Refused here, without an answer, or out of time: this server has not seen it, and others may.
      return UNSEEN;
    }
  };
}

async function describe(response: IncomingMessage): Promise<LinkLook> {
  const status = response.statusCode ?? 0;
  if (status < 200) throw new Error('no status of an answer');
  const isThere = status === 200 || status === 206;
  // Browsers read what was compressed unasked, and its first bytes say nothing here.
  const head = isThere && isPlain(response) ? readMediaHead(await firstBytes(response)) : null;
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
