import { describe, expect, it } from 'vitest';
import { STILL_MS, StageActivity } from './stage-activity.ts';

function setUp() {
  let nowMs = 0;
  let due: { readonly atMs: number; readonly action: () => void } | null = null;
  const world = {
    kept: false,
    pass(ms: number) {
      nowMs += ms;
      const now = due;
      if (now === null || now.atMs > nowMs) return;
      due = null;
      now.action();
    },
  };
  const activity = new StageActivity({
    kept: () => world.kept,
    after(delayMs, action) {
      const timer = { atMs: nowMs + delayMs, action };
      due = timer;
      return () => {
        if (due === timer) due = null;
      };
    },
  });
  return { activity, world };
}

describe('controls that hide', () => {
  it('hide after stillness, and every stir begins it anew', () => {
    const { activity, world } = setUp();
    activity.setHides(true);
    world.pass(STILL_MS - 1);
    activity.stir();
    world.pass(STILL_MS - 1);
    expect(activity.active()).toBe(true);
    world.pass(1);
    expect(activity.active()).toBe(false);
    activity.stir();
    expect(activity.active()).toBe(true);
  });

  it('never hide while they may not', () => {
    const { activity, world } = setUp();
    activity.stir();
    world.pass(10 * STILL_MS);
    activity.hide();
    expect(activity.active()).toBe(true);
  });

  it('come back when playing stops', () => {
    const { activity } = setUp();
    activity.setHides(true);
    activity.hide();
    activity.setHides(false);
    expect(activity.active()).toBe(true);
  });

  it('stay while something keeps them, and hide once it is gone', () => {
    const { activity, world } = setUp();
    activity.setHides(true);
    world.kept = true;
    activity.hide();
    world.pass(STILL_MS);
    expect(activity.active()).toBe(true);
    world.kept = false;
    world.pass(STILL_MS);
    expect(activity.active()).toBe(false);
  });
});
