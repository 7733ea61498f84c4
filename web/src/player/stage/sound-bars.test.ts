import { describe, expect, it } from 'vitest';
import { soundBars } from './sound-bars.ts';

describe('the bars of a sound without a picture', () => {
  it('are the same for the same name and other for another', () => {
    expect(soundBars('A long way home', 48)).toEqual(soundBars('A long way home', 48));
    expect(soundBars('A long way home', 48)).not.toEqual(soundBars('A long way out', 48));
  });

  it('can all be seen and never leave their frame', () => {
    for (const name of ['', 'x', 'Ünïcødé 🎬', 'a'.repeat(500)]) {
      const bars = soundBars(name, 64);
      expect(bars).toHaveLength(64);
      expect(Math.min(...bars)).toBeGreaterThanOrEqual(0.15);
      expect(Math.max(...bars)).toBeLessThanOrEqual(1);
    }
  });
});
