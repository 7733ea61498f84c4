import { describe, expect, it } from 'vitest';
import type { Media } from '../../protocol/index.ts';
import { ManualEnvironment } from '../environment/manual-environment.testing.ts';
import { type PlayerTemper, SimulatedPlayer } from '../follower/simulated-player.testing.ts';
import { createSoloClient } from './solo-client.ts';
import type { SoloGesture } from './solo-client.types.ts';

const MEDIA: Media = { id: 'm', url: '/m.mp4', kind: 'file', title: null, durationS: null };

function alone(temper: Partial<PlayerTemper> = {}, startS = 0) {
  const env = new ManualEnvironment();
  const gestures: SoloGesture[] = [];
  const player = new SimulatedPlayer(env, temper);
  const solo = createSoloClient({
    media: MEDIA,
    startS,
    onGesture: (gesture) => gestures.push(gesture),
    environment: env,
  });
  return { env, player, solo, gestures, handle: solo.attach(player) };
}

describe('watching alone', () => {
  it('begins where it was left off', async () => {
    const { env, player, solo } = alone({}, 120);
    void solo.play();
    await env.advance(3000);
    expect(player.truePositionS()).toBeCloseTo(122.9, 0);
    expect(solo.state.sync.reach).toBe('whole');
  });

  it('what can only be watched from its start is, and says so', async () => {
    for (const ranges of ['unserved', 'denied'] as const) {
      const { env, player, solo } = alone({ ranges }, 120);
      void solo.play();
      await env.advance(3000);
      void solo.seek(200);
      await env.advance(3000);
      void solo.seek(220);
      await env.advance(3000);
      expect(solo.state.sync.reach).toBe('start-only');
      expect(player.seeks.length).toBe(ranges === 'unserved' ? 0 : 2);
      expect(player.paused).toBe(false);
    }
  });

  it('a recording that does not say its length is gone on with at its place', async () => {
    const { env, player, solo } = alone({ unsaidLengthS: 90 }, 40);
    void solo.play();
    await env.advance(4000);
    expect(solo.durationS()).toBe(90);
    expect(player.truePositionS()).toBeGreaterThan(40);
    expect(player.truePositionS()).toBeLessThan(45);
  });

  it('paused live it is behind by as much, and goes to live when asked', async () => {
    const { env, solo, handle } = alone({ liveWindowS: 600 }, 0);
    void solo.play();
    await env.advance(5000);
    void solo.pause();
    await env.advance(40_000);
    expect(solo.state.sync.behindLiveS).toBe(40);
    void solo.play();
    handle.goToLive();
    await env.advance(3000);
    expect(solo.state.sync.behindLiveS).toBe(0);
  });

  it.each(['unserved', 'denied'] as const)('[RES22] a place that cannot be got to (%s) is not lost', async (ranges) => {
    const { env, player, solo } = alone({ ranges }, 120);
    expect(solo.placeS()).toBe(120);
    void solo.play();
    for (let i = 0; i < 60; i += 1) {
      await env.advance(1000);
      expect(solo.placeS()).toBeGreaterThanOrEqual(110);
    }
    expect(player.truePositionS()).toBeGreaterThan(55);
    await env.advance(70_000);
    expect(solo.placeS()).toBeCloseTo(player.truePositionS(), 1);
    // From its start, because somebody wants to.
    void solo.seek(0);
    await env.advance(3000);
    expect(solo.placeS()).toBeCloseTo(player.truePositionS(), 1);
  });

  it('[RES22] who jumps and is thrown back to the start keeps their place', async () => {
    const { env, player, solo } = alone({ ranges: 'denied' });
    void solo.play();
    await env.advance(90_000);
    void solo.seek(200);
    await env.advance(20_000);
    expect(player.truePositionS()).toBeLessThan(30);
    expect(solo.placeS()).toBeCloseTo(90, 0);
  });

  it.each(['ended', 'shorter'] as const)('[RES22] what breaks off (%s) has not been seen to its end', async (as) => {
    const { env, player, solo, gestures } = alone({ breaksOff: { atS: 200, as } }, 150);
    const stills: boolean[] = [];
    solo.onStill((ended) => stills.push(ended));
    void solo.play();
    await env.advance(80_000);
    expect(stills).not.toContain(true);
    expect(solo.placeS()).toBeCloseTo(200, 0);
    expect(solo.state.sync).toMatchObject({ phase: 'unplayable', reach: 'breaks-off' });
    void solo.play();
    await env.advance(5000);
    expect(player.heard.some((positionS) => positionS < 149)).toBe(false);
    expect(solo.placeS()).toBeCloseTo(200, 0);
    void solo.seek(20);
    void solo.play();
    await env.advance(5000);
    expect(solo.placeS()).toBeCloseTo(25, 0);
    expect(solo.state.sync.reach).toBe('whole');
    expect(gestures.length).toBe(4);
  });

  it('[RES22] what is seen to its end is', async () => {
    const { env, solo } = alone({ durationS: 30 }, 10);
    const stills: boolean[] = [];
    solo.onStill((ended) => stills.push(ended));
    void solo.play();
    await env.advance(25_000);
    void solo.seek(29.9);
    void solo.play();
    await env.advance(2000);
    expect(stills).toContain(true);
    expect(solo.placeS()).toBeCloseTo(30, 0);
    expect(solo.state.sync.phase).toBe('ended');
  });
});
