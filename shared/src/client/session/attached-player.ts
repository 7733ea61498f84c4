import type { ClockSync } from '../connection/clock-sync.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { followTarget } from '../follower/follow-target.ts';
import { MediaElementFollower } from '../follower/media-element-follower.ts';
import type { PlayerHealth } from '../follower/player-standing.ts';
import type { MediaElementLike, PlayerTraits } from '../medium/media-element.ts';
import type { MediaFacts } from './media-facts.ts';
import type { CommandOutcome, PlayerHandle } from './session-client.types.ts';
import type { SessionCommands } from './session-commands.ts';
import type { SessionModel } from './session-model.ts';

export interface AttachedPlayerDeps {
  readonly env: ClientEnvironment;
  readonly clockSync: ClockSync;
  readonly model: SessionModel;
  readonly commands: SessionCommands;
  readonly facts: MediaFacts;
  /** Null: there is no player any more. */
  onHealth(health: PlayerHealth | null): void;
}

/** The one player that follows a session here; none at first. */
export class AttachedPlayer {
  readonly #deps: AttachedPlayerDeps;
  #follower: MediaElementFollower | null = null;

  constructor(deps: AttachedPlayerDeps) {
    this.#deps = deps;
  }

  get health(): PlayerHealth | null {
    return this.#follower?.health ?? null;
  }

  /** The timeline may have changed. */
  update(): void {
    this.#follower?.update();
  }

  /** The clock was measured anew. */
  disturbed(): void {
    this.#follower?.disturbed();
  }

  /** Makes a player follow; the one before it does no longer. */
  attach(player: MediaElementLike, traits: Partial<PlayerTraits>): PlayerHandle {
    const { env, model, clockSync, facts, onHealth } = this.#deps;
    this.detach();
    const attached = new MediaElementFollower(player, traitsOf(traits, env), {
      env,
      target: (ownDurationS) => followTarget(model.playback, clockSync.clock, env.nowMs(), ownDurationS),
      intents: this.#intents(),
      onHealth,
      onDuration: (durationS) => facts.learnLength(durationS),
      onLiveEnded: (_positionS, durationS) => facts.liveEnded(durationS),
    });
    this.#follower = attached;
    attached.update();
    return {
      resumeAfterGesture: () => attached.resumeAfterGesture(),
      resync: () => {
        clockSync.burst();
        attached.resync();
      },
      setCondition: (condition) => attached.setCondition(condition),
      goToLive: () => attached.goToLive(),
      detach: () => {
        attached.detach();
        if (this.#follower !== attached) return;
        facts.forget();
        this.#follower = null;
        onHealth(null);
      },
    };
  }

  detach(): void {
    this.#follower?.detach();
    this.#deps.facts.forget();
  }

  /** What a user did to the player itself is a command like any other; its refusal is put right at the player. */
  #intents() {
    const { commands } = this.#deps;
    const answered = (outcome: Promise<CommandOutcome>) => void outcome.then(() => this.#follower?.intentAnswered());
    return {
      play: () => answered(commands.play()),
      pause: () => answered(commands.pause()),
      seek: (positionS: number) => answered(commands.seek(positionS)),
      rate: (rate: number) => answered(commands.setRate(rate)),
    };
  }
}

/** What a page says of its player, and for the rest what players of this place are like. */
function traitsOf(traits: Partial<PlayerTraits>, env: ClientEnvironment): PlayerTraits {
  return {
    rates: traits.rates ?? null,
    coarseClock: traits.coarseClock ?? false,
    displayLeadMs: traits.displayLeadMs ?? env.displayLeadMs?.() ?? 0,
    relockable: traits.relockable ?? env.relocksFrames?.() ?? false,
    countsFromJoining: traits.countsFromJoining ?? false,
  };
}
