import { beforeEach, describe, expect, it } from 'vitest';
import { settle } from '../promises.testing.ts';
import { type ClusterWire, type Envelope, WiredClusterBus } from './wired-cluster-bus.ts';

/** A wire between instances in this process: every message as JSON, each room with the instances that have sockets in it. */
class TestWire {
  readonly rooms = new Map<string, readonly string[]>();
  readonly errors: unknown[] = [];
  readonly #receivers = new Map<string, (envelope: unknown) => void>();

  of(instanceId: string): ClusterWire {
    return {
      instanceId,
      send: (envelope) => this.#deliver(envelope, (id) => id !== instanceId),
      sendToRoom: async (room, envelope) => {
        const reached = this.rooms.get(room) ?? [];
        this.#deliver(envelope, (id) => reached.includes(id));
        return reached.length;
      },
      onReceived: (listener) => void this.#receivers.set(instanceId, listener),
      subscribed: () => null,
      onError: (error) => void this.errors.push(error),
      onLost: () => {},
    };
  }

  /** Hands anything to an instance, as another program or another version might. */
  raw(instanceId: string, message: unknown): void {
    this.#receivers.get(instanceId)?.(message);
  }

  #deliver(envelope: Envelope, isReached: (instanceId: string) => boolean): void {
    const text = JSON.stringify(envelope);
    for (const [id, receive] of this.#receivers) if (isReached(id)) receive(JSON.parse(text));
  }
}

describe('a wired cluster bus', () => {
  let wire: TestWire;
  let a: WiredClusterBus;
  let b: WiredClusterBus;
  let c: WiredClusterBus;
  beforeEach(() => {
    wire = new TestWire();
    [a, b, c] = ['a', 'b', 'c'].map((id) => new WiredClusterBus(wire.of(id))) as [WiredClusterBus, WiredClusterBus, WiredClusterBus];
  });

  it('publishes to every other instance, until a subscription ends; a listener that fails harms no other', () => {
    const heard: unknown[] = [];
    b.subscribe('event', () => {
      throw new Error('failed');
    });
    const stop = b.subscribe('event', (message, from) => heard.push(['b', message, from]));
    c.subscribe('event', (message) => heard.push(['c', message]));
    a.subscribe('event', () => heard.push('own'));
    a.publish('event', { n: 1 });
    stop();
    a.publish('event', 2);
    expect(heard).toEqual([
      ['b', { n: 1 }, 'a'],
      ['c', { n: 1 }],
      ['c', 2],
    ]);
    expect(wire.errors).toHaveLength(2);
  });

  it('requests of one instance, whose reply may be nothing', async () => {
    b.reply('double', (message) => Number(message) * 2);
    b.reply('nothing', () => undefined);
    expect(await a.request('b', 'double', 21, 1000)).toBe(42);
    expect(await a.request('b', 'nothing', null, 1000)).toBeUndefined();
  });

  it('requests of those in a room, and counts itself among them', async () => {
    for (const bus of [a, b, c]) bus.reply('who', () => bus.instanceId);
    wire.rooms.set('room', ['a', 'b']);
    expect(await a.requestRoom('room', 'who', null, 60_000)).toEqual(['b']);
    expect(await a.requestRoom('empty', 'who', null, 60_000)).toEqual([]);
  });

  it('takes no envelope that is none, and goes on', async () => {
    const heard: unknown[] = [];
    b.subscribe('event', (message) => heard.push(message));
    for (const bad of [
      null,
      'text',
      {},
      { from: 'a', to: 7, kind: 'told', event: 'event' },
      { from: 'a', to: null, kind: 'other', event: 'event' },
    ])
      wire.raw('b', bad);
    await settle();
    expect(wire.errors).toHaveLength(5);
    wire.raw('b', { from: 'a', to: null, kind: 'told', event: 'event', message: 'good', later: true });
    expect(heard).toEqual(['good']);
  });
});
