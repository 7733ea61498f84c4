import { describe, expect, it } from 'vitest';
import { COMMIT_AFTER_MS, SAVE_INTERVAL_MS } from '../../resume/index.ts';
import { recordOf, TV } from '../../resume/resume.testing.ts';
import { ManualEnvironment } from '../environment/manual-environment.testing.ts';
import { ResumeTracker, type Said } from './resume-tracker.ts';

const HOUR_MS = 3_600_000;

/** A player that is where the test says, and moves with the time. */
class HandPlayer {
  readonly #env: ManualEnvironment;
  #fromMs = 0;
  #sinceMs: number | null = null;
  length: number | null = HOUR_MS;
  rate = 1;

  constructor(env: ManualEnvironment) {
    this.#env = env;
  }
  positionMs(): number | null {
    return this.#fromMs + (this.#sinceMs === null ? 0 : (this.#env.nowMs() - this.#sinceMs) * this.rate);
  }
  durationMs = () => this.length;
  playing = () => this.#sinceMs !== null;
  go(): void {
    this.#sinceMs = this.#env.nowMs();
  }
  halt(): void {
    this.#fromMs = this.positionMs() ?? 0;
    this.#sinceMs = null;
  }
  jump(toMs: number): void {
    const playing = this.playing();
    this.#sinceMs = null;
    this.#fromMs = toMs;
    if (playing) this.go();
  }
}

function watching(known = null as ReturnType<typeof recordOf> | null) {
  const env = new ManualEnvironment();
  const player = new HandPlayer(env);
  const said: Said[] = [];
  let sittings = 0;
  const tracker = new ResumeTracker({
    contentId: 'title:film',
    media: null,
    device: TV,
    known,
    player,
    environment: env,
    moment: () => ({ wallMs: env.wallMs(), monotonicMs: env.nowMs(), originId: 'here' }),
    newSittingId: () => {
      sittings += 1;
      return sittings.toString(16).padStart(32, '0');
    },
    say: (one) => said.push(one),
  });
  const play = () => {
    player.go();
    tracker.played();
  };
  const pause = () => {
    player.halt();
    tracker.paused();
  };
  const jump = (toMs: number) => {
    const fromMs = player.positionMs() ?? 0;
    player.jump(toMs);
    tracker.jumped(fromMs, toMs);
  };
  const words = () => said.map(({ kind, said: { positionMs, seq, committed } }) => ({ kind, positionMs, seq, committed }));
  return { env, player, tracker, said, play, pause, jump, words };
}

describe('[RES22] a client says where it is', () => {
  it('at once when somebody begins, when it counts, and then every ten seconds', async () => {
    const { env, play, words } = watching();
    play();
    expect(words()).toEqual([{ kind: 'gesture', positionMs: 0, seq: 1, committed: false }]);
    await env.advance(60_000);
    const kept = words();
    expect(kept.find(({ committed }) => committed)?.positionMs).toBe(COMMIT_AFTER_MS);
    const gaps = kept.slice(1).map(({ positionMs }, i) => positionMs - (kept[i]?.positionMs ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(SAVE_INTERVAL_MS * 1.1 + 1000);
    expect(kept.length).toBeGreaterThanOrEqual(6);
    expect(kept.length).toBeLessThanOrEqual(8);
  });

  it('when it is paused, and not while it stays so', async () => {
    const { env, play, pause, said } = watching();
    play();
    await env.advance(20_500);
    pause();
    expect(said.at(-1)?.said.positionMs).toBe(20_500);
    const { length } = said;
    await env.advance(HOUR_MS);
    expect(said).toHaveLength(length);
  });

  it('a second after somebody jumped, however often: several jumps are one', async () => {
    const { env, play, jump, said } = watching();
    play();
    await env.advance(30_000);
    const { length } = said;
    for (let i = 1; i <= 5; i += 1) {
      jump(100_000 * i);
      await env.advance(200);
    }
    expect(said).toHaveLength(length);
    await env.advance(1000);
    expect(said).toHaveLength(length + 1);
    expect(said.at(-1)).toMatchObject({
      kind: 'gesture',
      said: { seq: 1, committed: true, previousPositionMs: 30_000 },
    });
    expect(said.at(-1)?.said.positionMs).toBeGreaterThanOrEqual(500_000);
  });

  it('when the page goes, also what was about to be said', async () => {
    const { env, play, jump, tracker, said } = watching();
    play();
    await env.advance(5300);
    tracker.flush();
    expect(said.at(-1)?.said.positionMs).toBe(5300);
    jump(90_000);
    tracker.flush();
    expect(said.at(-1)).toMatchObject({ kind: 'gesture', said: { positionMs: 90_000 } });
    const { length } = said;
    tracker.stop();
    await env.advance(60_000);
    expect(said).toHaveLength(length);
  });

  it('once and for all when it is over', async () => {
    const { env, player, play, tracker, said } = watching();
    player.jump(HOUR_MS - 20_000);
    play();
    await env.advance(20_000);
    player.halt();
    tracker.ended();
    const over = said.filter(({ said: { state } }) => state === 'completed');
    expect(over[0]?.kind).toBe('gesture');
    expect(said.at(-1)).toMatchObject({ said: { state: 'completed', positionMs: HOUR_MS } });
  });

  it('nothing of what is live, and nothing before anybody began', async () => {
    const { env, player, tracker, said, play } = watching();
    player.go();
    await env.advance(60_000);
    tracker.paused();
    expect(said).toEqual([]);
    player.length = Number.POSITIVE_INFINITY;
    play();
    await env.advance(60_000);
    expect(said).toEqual([]);
  });
});

describe('[RES4] [RES22] what a sitting is', () => {
  const sittingsOf = (said: readonly Said[]) => new Set(said.map((one) => one.said.sittingId)).size;

  it('goes on after a short pause, and is another after a minute', async () => {
    const { env, play, pause, said } = watching();
    play();
    await env.advance(20_000);
    pause();
    await env.advance(50_000);
    play();
    await env.advance(20_000);
    expect(sittingsOf(said)).toBe(1);
    pause();
    await env.advance(60_000);
    play();
    expect(sittingsOf(said)).toBe(2);
  });

  it('is not another when others in a party jump or press play; that is not watched either', async () => {
    const { env, player, play, said } = watching();
    play();
    await env.advance(10_000);
    player.jump(1_000_000);
    await env.advance(10_000);
    expect(sittingsOf(said)).toBe(1);
    expect(said.at(-1)?.said.watchedMs).toBeLessThanOrEqual(21_000);
  });

  it('counts time that passed, at any speed', async () => {
    for (const rate of [0.5, 2]) {
      const { env, player, play, tracker, said } = watching();
      player.rate = rate;
      play();
      await env.advance(20_000);
      tracker.flush();
      expect(said.at(-1)?.said.watchedMs).toBe(20_000);
    }
  });

  it('has its own time, whenever it is said', async () => {
    const { env, play, said } = watching();
    await env.advance(4000);
    play();
    const { intent } = said[0] as Said;
    await env.advance(40_000);
    expect(said.every((one) => one.intent === intent)).toBe(true);
    expect(intent.monotonicMs).toBe(env.nowMs() - 40_000);
  });

  it('begins with what was watched before', async () => {
    const { env, play, tracker, said } = watching(recordOf({ watchedMs: 300_000, positionMs: 300_000 }));
    play();
    expect(said[0]?.said).toMatchObject({ watchedMs: 300_000, previousPositionMs: 300_000 });
    await env.advance(10_000);
    tracker.flush();
    expect(said.at(-1)?.said.watchedMs).toBe(310_000);
  });
});
