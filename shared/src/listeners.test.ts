import { describe, expect, it } from 'vitest';
import { Listeners } from './listeners.ts';

describe('listeners', () => {
  it('hear what is emitted, in the order in which they were added, until they are removed', () => {
    const listeners = new Listeners<[what: string, times: number]>();
    const heard: unknown[] = [];
    const stop = listeners.add((...args) => heard.push(['a', ...args]));
    listeners.add((...args) => heard.push(['b', ...args]));
    listeners.emit('x', 1);
    stop();
    listeners.emit('y', 2);
    expect(heard).toEqual([
      ['a', 'x', 1],
      ['b', 'x', 1],
      ['b', 'y', 2],
    ]);
    expect(listeners.size).toBe(1);
    listeners.clear();
    listeners.emit('z', 3);
    expect(heard).toHaveLength(3);
  });

  it('are called once, however often they were added', () => {
    const listeners = new Listeners();
    let calls = 0;
    const listener = () => {
      calls += 1;
    };
    listeners.add(listener);
    listeners.add(listener);
    listeners.emit();
    expect(calls).toBe(1);
  });

  it('may be removed and added while others are called', () => {
    const listeners = new Listeners();
    const heard: string[] = [];
    listeners.add(() => {
      heard.push('first');
      stop();
      listeners.add(() => heard.push('late'));
    });
    const stop = listeners.add(() => heard.push('removed'));
    listeners.emit();
    expect(heard).toEqual(['first', 'late']);
  });

  it('that fail harm no other where errors are taken, and the emitter where they are not', () => {
    const errors: unknown[] = [];
    const guarded = new Listeners((error) => errors.push(error));
    const bare = new Listeners();
    const failure = new Error('failed');
    let heard = 0;
    for (const listeners of [guarded, bare]) {
      listeners.add(() => {
        throw failure;
      });
      listeners.add(() => {
        heard += 1;
      });
    }
    guarded.emit();
    expect([errors, heard]).toEqual([[failure], 1]);
    expect(() => bare.emit()).toThrow(failure);
  });
});
