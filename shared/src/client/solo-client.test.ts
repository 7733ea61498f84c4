import { describe, expect, it } from 'vitest';
import type { Media } from '../protocol/index.ts';
import { ManualEnvironment } from './manual-environment.testing.ts';
import { type PlayerTemper, SimulatedPlayer } from './simulated-player.testing.ts';
import { createSoloClient, type SoloGesture } from './solo-client.ts';

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
});
