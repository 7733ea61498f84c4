import { randomBytes } from 'node:crypto';
import { Listeners } from '@cowatch/shared/listeners';
import { CodedError } from '@cowatch/shared/protocol';
import { z } from 'zod';
import type { ClusterBus } from './cluster-bus.ts';

/** Envelope of a message between instances. */
const envelopeSchema = z.object({
  from: z.string(),
  /** An instance, or null for all. */
  to: z.string().nullable(),
  kind: z.enum(['told', 'asked', 'answered']),
  event: z.string(),
  /** Which request it belongs to. */
  id: z.string().optional(),
  /** JSON leaves it out where it is undefined. */
  message: z.unknown().optional(),
});

export type Envelope = z.infer<typeof envelopeSchema>;

/** A wire between instances. It carries envelopes, and knows nothing of requests and replies. */
export interface ClusterWire {
  readonly instanceId: string;
  send(envelope: Envelope): void;
  /** Sends to those with sockets in a room. Resolves with how many instances it reached, this one among them if it is there. */
  sendToRoom(room: string, envelope: Envelope): Promise<number>;
  onReceived(listener: (envelope: unknown) => void): void;
  /** As `ClusterBus.subscribed`. */
  subscribed(room: string): Promise<void> | null;
  onError(error: unknown): void;
  /** A message could not be sent. */
  onLost(): void;
}

/** Stands for one's own request, which comes back where it went to a room. */
const OWN = Symbol('own request');

/** Cluster bus over a wire: publish and subscribe, request and reply. Bound: one entry for each request, for as long as it may wait. */
export class WiredClusterBus implements ClusterBus {
  readonly #wire: ClusterWire;
  readonly #listeners = new Map<string, Listeners<[message: unknown, instanceId: string]>>();
  readonly #handlers = new Map<string, (message: unknown) => unknown>();
  readonly #requests = new Map<string, (reply: unknown) => void>();

  constructor(wire: ClusterWire) {
    this.#wire = wire;
    wire.onReceived((received) => {
      const { success, data, error } = envelopeSchema.safeParse(received);
      if (success) this.#receive(data);
      else wire.onError(error);
    });
  }

  get instanceId(): string {
    return this.#wire.instanceId;
  }

  publish(event: string, message: unknown): void {
    this.#wire.send({ from: this.instanceId, to: null, kind: 'told', event, message });
  }

  publishToRoom(room: string, event: string, message: unknown): void {
    const envelope: Envelope = { from: this.instanceId, to: null, kind: 'told', event, message };
    this.#wire.sendToRoom(room, envelope).catch(() => this.#wire.onLost());
  }

  subscribe(event: string, listener: (message: unknown, instanceId: string) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Listeners((error) => this.#wire.onError(error));
    this.#listeners.set(event, listeners);
    return listeners.add(listener);
  }

  request(to: string, event: string, message: unknown, timeoutMs: number): Promise<unknown> {
    const id = newRequestId();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#requests.delete(id);
        reject(new CodedError('unavailable', 'Another server gave no answer. Try again.', timeoutMs));
      }, timeoutMs);
      this.#requests.set(id, (reply) => {
        clearTimeout(timer);
        this.#requests.delete(id);
        resolve(reply);
      });
      this.#wire.send({ from: this.instanceId, to, kind: 'asked', event, id, message });
    });
  }

  requestRoom(room: string, event: string, message: unknown, timeoutMs: number): Promise<readonly unknown[]> {
    const id = newRequestId();
    const replies: unknown[] = [];
    let received = 0;
    let reached = Number.POSITIVE_INFINITY;
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#requests.delete(id);
        resolve(replies);
      };
      const timer = setTimeout(done, timeoutMs);
      this.#requests.set(id, (reply) => {
        received += 1;
        if (reply !== OWN) replies.push(reply);
        if (received >= reached) done();
      });
      this.#wire.sendToRoom(room, { from: this.instanceId, to: null, kind: 'asked', event, id, message }).then((count) => {
        reached = count;
        if (received >= reached) done();
      }, done);
    });
  }

  reply(event: string, answer: (message: unknown) => unknown): () => void {
    this.#handlers.set(event, answer);
    return () => {
      this.#handlers.delete(event);
    };
  }

  subscribed(room: string): Promise<void> | null {
    return this.#wire.subscribed(room);
  }

  #receive(envelope: Envelope): void {
    const { from, to, kind, event, id = '', message } = envelope;
    if (to !== null && to !== this.instanceId) return;
    // What is sent to a room comes back where one is in it: it has been counted, and there is nothing to reply.
    if (from === this.instanceId) this.#requests.get(id)?.(OWN);
    else if (kind === 'told') this.#listeners.get(event)?.emit(message, from);
    else if (kind === 'asked') this.#reply(envelope).catch((error) => this.#wire.onError(error));
    else this.#requests.get(id)?.(message);
  }

  async #reply({ from, event, id, message }: Envelope): Promise<void> {
    const answer = this.#handlers.get(event);
    if (answer === undefined || id === undefined) return;
    const reply = await answer(message);
    this.#wire.send({ from: this.instanceId, to: from, kind: 'answered', event, id, message: reply });
  }
}

const newRequestId = () => randomBytes(9).toString('base64url');
