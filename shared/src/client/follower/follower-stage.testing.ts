import { createSlewedClock } from '../../clock/index.ts';
import type { Playback, TimelineCauseKind } from '../../protocol/index.ts';
import { ManualEnvironment } from '../environment/manual-environment.testing.ts';
import type { PlayerTraits } from '../medium/media-element.ts';
import { followTarget } from './follow-target.ts';
import { MediaElementFollower } from './media-element-follower.ts';
import type { PlayerHealth } from './player-standing.ts';
import { type PlayerTemper, SimulatedPlayer } from './simulated-player.testing.ts';

export const FINE_TRAITS: PlayerTraits = {
  rates: null,
  coarseClock: false,
  displayLeadMs: 0,
  relockable: false,
  countsFromJoining: false,
};
export const COARSE_TRAITS: PlayerTraits = {
  ...FINE_TRAITS,
  rates: [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2],
  coarseClock: true,
};

/** A player, its follower and a timeline that a test moves by hand. Cluster time is local time. */
export function stage(temper: Partial<PlayerTemper> = {}, traits = FINE_TRAITS, seed = 1) {
  const env = new ManualEnvironment(seed);
  const player = new SimulatedPlayer(env, temper);
  const clock = createSlewedClock();
  clock.update(0, env.nowMs(), true);
  let playback: Playback = {
    media: { id: 'm', url: '/m.mp4', kind: 'file', title: null, durationS: null },
    timeline: {
      mediaId: 'm',
      positionS: 0,
      rate: 1,
      playing: false,
      atMs: env.nowMs(),
      version: 1,
      cause: { kind: 'create', memberId: null, name: null },
    },
  };
  const intents: string[] = [];
  const durations: number[] = [];
  const anchors: { readonly positionS: number; readonly durationS: number }[] = [];
  let health: PlayerHealth | null = null;
  const follower = new MediaElementFollower(player, traits, {
    env,
    target: (ownDurationS) => followTarget(playback, clock, env.nowMs(), ownDurationS),
    intents: {
      play: () => intents.push('play'),
      pause: () => intents.push('pause'),
      seek: (positionS) => intents.push(`seek ${positionS}`),
      rate: (rate) => intents.push(`rate ${rate}`),
    },
    onHealth: (next) => {
      health = next;
    },
    onDuration: (durationS) => durations.push(durationS),
    onLiveEnded: (positionS, durationS) => anchors.push({ positionS, durationS }),
  });
  const setTimeline = (change: Partial<Playback['timeline']>) => {
    playback = { ...playback, timeline: { ...playback.timeline, ...change, version: playback.timeline.version + 1 } };
    follower.update();
  };
  const setLength = (durationS: number | null) => {
    playback = { ...playback, media: { ...playback.media, durationS } };
    setTimeline({ cause: { kind: 'duration', memberId: null, name: null } });
  };
  const cause = (kind: TimelineCauseKind) => ({ kind, memberId: 'm', name: 'Ben' });
  const targetS = () => followTarget(playback, clock, env.nowMs(), null)?.positionAt(env.nowMs()) ?? 0;
  return {
    env,
    player,
    follower,
    intents,
    durations,
    anchors,
    setTimeline,
    setLength,
    targetS,
    /** Plays from a position at an instant `leadMs` from now. */
    playFrom: (positionS: number, leadMs = 100) =>
      setTimeline({ playing: true, positionS, atMs: env.nowMs() + leadMs, cause: cause('play') }),
    /** It has played from a position for so long already, in milliseconds, when this player comes. */
    runsSince: (positionS: number, agoMs: number) =>
      setTimeline({ playing: true, positionS, atMs: env.nowMs() - agoMs, cause: cause('play') }),
    seekTo: (positionS: number) =>
      setTimeline({ positionS, atMs: env.nowMs() + (playback.timeline.playing ? 100 : 0), cause: cause('seek') }),
    pauseAt: (positionS: number) => setTimeline({ playing: false, positionS, atMs: env.nowMs(), cause: cause('pause') }),
    errorMs: () => (player.truePositionS() - targetS()) * 1000,
    health: () => health,
  };
}
