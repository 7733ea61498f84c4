import { describe, expect, it } from 'vitest';
import { KeptWatch } from './kept-watch.ts';

describe('[KEPT4] KeptWatch', () => {
  it('believes a command at once, and that it is saved at once', () => {
    const watch = new KeptWatch();
    expect(watch.note({ kept: false }, 'command')).toBe(true);
    expect(watch.kept).toBe(false);
    expect(watch.note({ kept: false }, 'report')).toBe(false);
    expect(watch.note({}, 'report')).toBe(true);
    expect(watch.kept).toBe(true);
  });

  it('does not take one report in the middle of a write for an outage, and two in a row for one', () => {
    const watch = new KeptWatch();
    for (let i = 0; i < 3; i += 1) {
      expect(watch.note({ kept: false }, 'report')).toBe(false);
      expect(watch.note({}, 'report')).toBe(false);
      expect(watch.kept).toBe(true);
    }
    expect(watch.note({ kept: false }, 'report')).toBe(false);
    expect(watch.note({ kept: false }, 'report')).toBe(true);
    expect(watch.kept).toBe(false);
    expect(watch.note({}, 'command')).toBe(true);
    expect(watch.kept).toBe(true);
  });
});
