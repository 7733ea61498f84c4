import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { CodedError } from '@cowatch/shared/protocol';
import type { FastifyRequest } from 'fastify';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { HttpApp } from './http.types.ts';

/** So many descriptors are left for files, the database, and health checks. */
const RESERVE = 48;
/** So many of them are touched by no connection at all. */
const LAST = 16;

/** A connection on one of the last descriptors has so long to say what it wants, in milliseconds. */
const HURRY_MS = 2000;
/** So many of these may be silent; one more closes the one that has been for longest: a health check sends its request at once. */
const SILENT_MAX = 24;

/** It is said in the log at most so often, in milliseconds. */
const SAY_INTERVAL_MS = 10_000;

/** When there may be room for a connection that was refused, in milliseconds. */
const RETRY_MS = 5000;

/** What is answered all the same: how the server is. */
const OPERATIONS: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

export interface DescriptorsOptions {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Most descriptors of this process; null where that is not known. */
  readonly limit?: number | null;
}

/**
 * Descriptor guard: keeps the last file descriptors for health checks. Once none is left, a refusal reaches no code here: libuv
 * closes what it cannot take, without a word. New descriptors have the lowest free number, so the number of a connection says
 * how many are in use. To be called before any route is added.
 */
export function guardDescriptors(app: HttpApp, { log, metrics, limit = descriptorLimit() }: DescriptorsOptions): void {
  const refused = metrics.counter({
    name: 'cowatch_connections_short_total',
    help: 'Connections that came when nearly all descriptors of this process were in use, and were served only if they asked how it is.',
  });
  if (limit === null) return;
  const short = new WeakSet<Socket>();
  /** Those of them that have asked for nothing yet, in the order they came. */
  const silent = new Set<Socket>();
  let saidAtMs = Number.NEGATIVE_INFINITY;
  const server: Server = app.server;
  server.on('connection', (socket: Socket) => {
    const descriptor = descriptorOf(socket);
    if (descriptor === null || descriptor < limit - RESERVE) return;
    refused.inc();
    const nowMs = performance.now();
    if (nowMs - saidAtMs > SAY_INTERVAL_MS) {
      saidAtMs = nowMs;
      log.error({ descriptor, limit }, 'nearly all descriptors are in use: people are turned away; allow more (ulimit -n)');
    }
    if (descriptor >= limit - LAST) {
      socket.destroy();
      return;
    }
    short.add(socket);
    silent.add(socket);
    const [silentest] = silent;
    if (silentest !== undefined && silent.size > SILENT_MAX) {
      silent.delete(silentest);
      silentest.destroy();
    }
    const timer = setTimeout(() => socket.destroy(), HURRY_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      silent.delete(socket);
    });
  });
  // Before any other listener of a request that may become a websocket.
  server.prependListener('upgrade', (_request, socket) => {
    if (short.has(socket as Socket)) socket.destroy();
  });
  app.addHook('onRequest', async (request: FastifyRequest, reply) => {
    if (!short.has(request.raw.socket)) return;
    silent.delete(request.raw.socket);
    reply.header('connection', 'close');
    if (OPERATIONS.has(request.routeOptions.url ?? '')) return;
    throw new CodedError('unavailable', 'The server has no room for more connections.', RETRY_MS);
  });
}

/** The number of a connection's descriptor, where Node tells it. */
function descriptorOf(socket: Socket): number | null {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: number } | null };
  return typeof handle?.fd === 'number' && handle.fd >= 0 ? handle.fd : null;
}

/** How many descriptors this process may have, as Linux says it; Node has raised that to the hard limit. */
function descriptorLimit(): number | null {
  try {
    const found = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return found === undefined ? null : Number(found);
  } catch {
    return null;
  }
}
