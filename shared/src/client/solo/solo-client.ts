import type { Media } from '../../protocol/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { hostEnvironment } from '../environment/environment.ts';
import { LengthSearch } from '../medium/length-search.ts';
import { LiveStanding } from '../medium/live-standing.ts';
import type { MediaElementLike } from '../medium/media-element.ts';
import { OwnLength } from '../medium/own-length.ts';
import { Reach } from '../medium/reach.ts';
import type { CommandOutcome, PlayerHandle, SessionClient } from '../session/session-client.types.ts';
import type { SessionState, SyncPhase } from '../session/session-state.ts';
import { SoloPlace } from './solo-place.ts';

/** What a player's buttons speak to: a party, or one person alone. */
export type PlaybackDriver = Pick<
  SessionClient,
  'state' | 'subscribe' | 'clusterNowMs' | 'targetPositionS' | 'play' | 'pause' | 'seek' | 'setRate' | 'attach'
>;

export interface SoloClientOptions {
  readonly media: Media;
  /** Where to begin, in seconds. */
  readonly startS: number;
  /** What a person does, as it is done. */
  readonly onGesture: (gesture: SoloGesture) => void;
  readonly environment?: ClientEnvironment;
}

export type SoloGesture = { readonly kind: 'played' } | { readonly kind: 'jumped'; readonly fromS: number; readonly toS: number };

export interface SoloClient extends PlaybackDriver {
  /** Where the player is, in seconds; null while it knows of no place. */
  positionS(): number | null;
  /**
   * Where the person is, in seconds: where the player is, or else where they meant to be or were last. Null while there is
   * nothing to be said.
   */
  placeS(): number | null;
  /** Seconds; null while it is not known. */
  durationS(): number | null;
  moving(): boolean;
  /** Calls back when it stops moving, with whether it came to its end; returns its stop. */
  onStill(listener: (ended: boolean) => void): () => void;
}

const DONE: CommandOutcome = { ok: true, changed: true };
/** How often the player is looked at, in milliseconds. */
const LOOK_MS = 1000;

const EVENTS = ['play', 'playing', 'pause', 'ended', 'waiting', 'seeked', 'ratechange', 'durationchange', 'error'];

/** One person who watches alone, behind the same buttons as a party: here the player itself is the truth. */
export function createSoloClient(options: SoloClientOptions): SoloClient {
  const { media, startS, onGesture } = options;
  const env = options.environment ?? hostEnvironment();
  const listeners = new Set<() => void>();
  const stillListeners = new Set<(ended: boolean) => void>();
  let player: MediaElementLike | null = null;
  /** What is found out about the medium by this player. */
  let known: {
    readonly reach: Reach;
    readonly live: LiveStanding;
    readonly length: LengthSearch;
    readonly own: OwnLength;
  } | null = null;
  const seen = new SoloPlace();
  /** Where a seek goes that has not ended yet, in seconds. */
  let askedS: number | null = null;
  let lookTimer: unknown = null;
  let wanted = false;
  let blocked = false;
  let rate = 1;
  /** Where to go as soon as the player can; what is shown until then. */
  let pendingS: number | null = startS;
  let state: SessionState = read();

  function read(): SessionState {
    return {
      connection: 'joined',
      error: null,
      failedTries: 0,
      lostAtMs: null,
      sessionId: '',
      access: null,
      members: [],
      memberCount: 1,
      you: { memberId: '', role: 'owner', canControl: true },
      playback: {
        media,
        timeline: {
          mediaId: media.id,
          positionS: positionS() ?? startS,
          rate,
          playing: wanted,
          atMs: 0,
          version: 0,
          cause: { kind: 'play', memberId: null, name: null },
        },
      },
      kept: true,
      sync: {
        phase: phase(),
        driftMs: null,
        offsetMs: null,
        errorBoundMs: null,
        rttMs: null,
        history: [],
        reach: brokeOff() ? 'breaks-off' : (known?.reach.standing(positionS()) ?? 'whole'),
        behindLiveS: known?.live.behindS ?? null,
      },
    };
  }

  function phase(): SyncPhase {
    if (blocked) return 'blocked';
    if (brokeOff()) return 'unplayable';
    if (player?.ended) return 'ended';
    return wanted && player !== null && player.readyState < 3 ? 'buffering' : 'idle';
  }

  function changed(): void {
    state = read();
    if (state.playback !== null) known?.live.look(state.playback.timeline, media.durationS !== null);
    for (const listener of listeners) listener();
  }

  function positionS(): number | null {
    if (pendingS !== null) return pendingS;
    return player === null || player.readyState === 0 ? null : player.currentTime;
  }

  /** It says that it has ended, and has not been seen anywhere near its end. */
  function brokeOff(): boolean {
    return player?.ended === true && seen.isFarBefore(lengthS());
  }

  /** Seconds; NaN while it is not known, infinite for what is live. */
  function lengthS(): number {
    known?.own.news();
    return known?.own.seconds ?? player?.duration ?? Number.NaN;
  }

  /** A start or jump that was asked for before the player knew the medium. */
  function place(): void {
    if (player === null || known === null || player.readyState === 0 || known.length.look(media)) return;
    judgeSeek(player, known.reach);
    if (pendingS === null) return;
    seen.goes(pendingS, player.currentTime);
    const isElsewhere = Math.abs(player.currentTime - pendingS) > 0.01;
    if (isElsewhere && known.reach.wayTo(pendingS, env.nowMs()).kind === 'go') {
      askedS = pendingS;
      player.currentTime = pendingS;
    }
    pendingS = null;
    changed();
  }

  function notePlace(): void {
    if (player !== null && !player.ended && !player.seeking && pendingS === null) seen.at(player.currentTime);
  }

  function judgeSeek(of: MediaElementLike, reach: Reach): void {
    if (askedS === null || of.seeking) return;
    if (!reach.isThere(askedS)) reach.landedElsewhere(askedS, of.currentTime, env.nowMs());
    askedS = null;
  }

  /** What only time tells: how far behind live it is, that a length is not to be found. */
  function lookLater(): void {
    lookTimer = env.setTimer(() => {
      place();
      notePlace();
      const before = state.sync;
      const { behindLiveS, reach } = read().sync;
      if (behindLiveS !== before.behindLiveS || reach !== before.reach) changed();
      lookLater();
    }, LOOK_MS);
  }

  async function run(): Promise<void> {
    if (player === null) return;
    try {
      await player.play();
      blocked = false;
    } catch (error) {
      const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : '';
      if (name === 'NotAllowedError') blocked = true;
    }
    changed();
  }

  function onEvent(event: unknown): void {
    const type = typeof event === 'object' && event !== null && 'type' in event ? event.type : '';
    lengthS();
    place();
    if (type === 'play' && !wanted) {
      // From outside the page: a headset, or picture in picture.
      wanted = true;
      onGesture({ kind: 'played' });
    }
    if (type === 'pause' || type === 'ended') {
      const ended = player?.ended === true && !brokeOff();
      if (!blocked) wanted = false;
      for (const listener of stillListeners) listener(ended);
    }
    changed();
  }

  const client: SoloClient = {
    get state() {
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onStill(listener) {
      stillListeners.add(listener);
      return () => stillListeners.delete(listener);
    },
    clusterNowMs: () => null,
    targetPositionS: () => positionS(),
    positionS,
    placeS() {
      const hereS = positionS();
      return hereS === null || pendingS !== null ? hereS : seen.placeS(brokeOff() ? null : hereS);
    },
    durationS: () => (Number.isNaN(lengthS()) ? media.durationS : lengthS()),
    moving: () => player !== null && !player.paused && !player.seeking && player.readyState >= 2,
    async play() {
      if (player?.ended) pendingS = brokeOff() ? client.placeS() : 0;
      wanted = true;
      place();
      onGesture({ kind: 'played' });
      await run();
      return DONE;
    },
    async pause() {
      wanted = false;
      player?.pause();
      changed();
      return DONE;
    },
    async seek(toS) {
      const fromS = positionS() ?? startS;
      pendingS = Math.max(0, toS);
      place();
      onGesture({ kind: 'jumped', fromS, toS: Math.max(0, toS) });
      changed();
      return DONE;
    },
    async setRate(next) {
      rate = next;
      if (player !== null) player.playbackRate = next;
      changed();
      return DONE;
    },
    attach(element, traits = {}): PlayerHandle {
      player = element;
      known = {
        reach: new Reach(element, () => traits.coarseClock ?? false),
        live: new LiveStanding(element),
        length: new LengthSearch(element, env, (positionS) => {
          element.currentTime = positionS;
        }),
        own: new OwnLength(element),
      };
      env.clearTimer(lookTimer);
      lookLater();
      if (rate !== 1) element.playbackRate = rate;
      for (const type of [...EVENTS, 'loadedmetadata', 'canplay']) element.addEventListener(type, onEvent);
      element.addEventListener('timeupdate', notePlace);
      place();
      if (wanted) void run();
      changed();
      return {
        resumeAfterGesture: async () => {
          await client.play();
        },
        resync() {},
        setCondition() {},
        goToLive() {
          const liveS = known?.live.liveS ?? null;
          if (liveS !== null) element.currentTime = liveS;
        },
        detach() {
          for (const type of [...EVENTS, 'loadedmetadata', 'canplay']) element.removeEventListener(type, onEvent);
          element.removeEventListener('timeupdate', notePlace);
          if (player !== element) return;
          // The element is made anew, as after an error: the next one goes on where this one was.
          pendingS = client.placeS();
          player = null;
          known = null;
          env.clearTimer(lookTimer);
          changed();
        },
      };
    },
  };
  return client;
}
