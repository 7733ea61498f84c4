import { describe, expect, it } from 'vitest';
import { ManualEnvironment } from '../environment/manual-environment.testing.ts';
import { PlayerWatch } from './player-watch.ts';
import { type PlayerTemper, SimulatedPlayer } from './simulated-player.testing.ts';

/** A player that was started by the program and has played to 32 s, and what is taken for a person's. */
async function watched(temper: Partial<PlayerTemper> = {}) {
  const env = new ManualEnvironment();
  const player = new SimulatedPlayer(env, temper);
  const told: string[] = [];
  const watch = new PlayerWatch(player, env, {
    play: () => told.push('play'),
    pause: () => told.push('pause'),
    seek: (positionS) => told.push(`seek ${positionS}`),
    rate: (rate) => told.push(`rate ${rate}`),
  });
  watch.seek(30);
  await env.advance(500);
  await watch.play();
  watch.setRate(1);
  watch.notePosition(30);
  await env.advance(1500);
  watch.notePosition(player.currentTime);
  return { env, player, watch, told, press: () => (env.gestureMs = env.nowMs()) };
}

describe('what a player does', () => {
  it('[FOL11] is nobody’s when an engine jumps over what is missing', async () => {
    const { env, told, player } = await watched({ holes: [[32, 40]], jumpsAfterMs: 200 });
    await env.advance(3000);
    expect(player.truePositionS()).toBeGreaterThan(40);
    expect(told).toEqual([]);
  });

  it('[FOL11] is nobody’s where it lands behind a hole, also right after somebody pressed something', async () => {
    const { env, told, player, press } = await watched({ holes: [[33, 40]] });
    press();
    player.currentTime = 40.1;
    await env.advance(200);
    expect(told).toEqual([]);
  });

  it('[FOL11] is nobody’s where nobody has done anything', async () => {
    const { env, told, player } = await watched();
    env.gestureMs = env.nowMs() - 5000;
    player.currentTime = 200;
    await env.advance(700);
    player.playbackRate = 1.3;
    await env.advance(700);
    player.pause();
    await env.advance(100);
    expect(told).toEqual([]);
    expect(player.playbackRate).toBe(1);
  });

  it('[FOL11] is nobody’s when a live player goes to its edge and catches up', async () => {
    const { env, told, player, press } = await watched({ liveWindowS: 600 });
    press();
    player.currentTime = 599;
    await env.advance(700);
    player.playbackRate = 1.1;
    await env.advance(100);
    expect(told).toEqual([]);
    expect(player.playbackRate).toBe(1.1);
  });

  it('[FOL11] is nobody’s when it pauses because it has nothing to show', async () => {
    const { env, told, player, press } = await watched();
    player.stall(2000);
    press();
    player.pause();
    await env.advance(3000);
    expect(told).toEqual([]);
  });

  it('[FOL4] is a person’s where the system shows the picture, with buttons of its own', async () => {
    for (const elsewhere of [
      { webkitDisplayingFullscreen: true },
      { webkitPresentationMode: 'picture-in-picture' },
      { remote: { state: 'connected' } },
    ]) {
      const { env, told, player } = await watched();
      env.gestureMs = Number.NEGATIVE_INFINITY;
      Object.assign(player, elsewhere);
      player.pause();
      await env.advance(100);
      expect(told).toEqual(['pause']);
    }
  });

  it('[FOL4] is a person’s where they did something, and where the page cannot feel whether they did', async () => {
    for (const felt of [true, false]) {
      const { env, told, player, press } = await watched();
      const act = async (what: () => void) => {
        if (felt) press();
        what();
        await env.advance(700);
      };
      await act(() => {
        player.currentTime = 200;
      });
      await act(() => {
        player.playbackRate = 2;
      });
      await act(() => player.pause());
      expect(told).toEqual(['seek 200', 'rate 2', 'pause']);
    }
  });
});
