import { describe, expect, it } from 'vitest';
import { createLogger } from '../log/log.ts';
import { createEventBus } from './event-bus.ts';

declare module './event-bus.ts' {
  interface EventMap {
    'test.counted': { readonly count: number };
  }
}

function setUp() {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({ level: 'info', destination: { write: (line: string) => lines.push(JSON.parse(line)) } });
  return { events: createEventBus(log), lines };
}

describe('the event bus', () => {
  it('calls listeners in the order in which they subscribed, until they stop', () => {
    const { events } = setUp();
    const heard: string[] = [];
    const stop = events.on('test.counted', ({ count }) => void heard.push(`first ${count}`));
    events.on('test.counted', ({ count }) => void heard.push(`second ${count}`));
    events.emit('test.counted', { count: 1 });
    stop();
    stop();
    events.emit('test.counted', { count: 2 });
    expect(heard).toEqual(['first 1', 'second 1', 'second 2']);
  });

  it('keeps two subscriptions of one function apart', () => {
    const { events } = setUp();
    let calls = 0;
    const listener = () => {
      calls += 1;
    };
    const stop = events.on('test.counted', listener);
    events.on('test.counted', listener);
    events.emit('test.counted', { count: 1 });
    stop();
    events.emit('test.counted', { count: 1 });
    expect(calls).toBe(3);
  });

  it('logs a listener that throws or rejects, and calls the others all the same', async () => {
    const { events, lines } = setUp();
    const heard: number[] = [];
    events.on('test.counted', () => {
      throw new Error('thrown');
    });
    events.on('test.counted', async () => {
      throw new Error('rejected');
    });
    events.on('test.counted', ({ count }) => void heard.push(count));
    events.emit('test.counted', { count: 3 });
    expect(heard).toEqual([3]);
    await Promise.resolve();
    const message = { msg: 'an event listener failed', event: 'test.counted' };
    expect(lines).toMatchObject([
      { ...message, err: { message: 'thrown' } },
      { ...message, err: { message: 'rejected' } },
    ]);
  });

  it('does nothing where nobody listens', () => {
    const { events, lines } = setUp();
    events.emit('test.counted', { count: 1 });
    expect(lines).toEqual([]);
  });
});
