import type { PlaybackDriver } from '@cowatch/shared/client';

/** Why a press was not passed on. */
export type ControlHint = 'no-control' | 'not-connected';

/**
 * What the player's buttons and keys mean: everything about playback goes to the party, never to the element.
 * Between a press and the party's answer the position that was asked for is shown.
 */
export interface PlaybackControls {
  /** The party that is controlled, or whoever watches alone; null before joining. */
  setClient(client: PlaybackDriver | null): void;
  /** May presses be passed on? */
  allowed(): boolean;
  playing(): boolean;
  /** True where the party has come to the medium's end. */
  ended(): boolean;
  /** Seconds to show: the preview of a drag, what was just asked for, else where the party is. */
  positionS(): number;
  /** Seconds; NaN while it is not known. */
  durationS(): number;
  rate(): number;

  play(): void;
  pause(): void;
  toggle(): void;
  seekTo(positionS: number): void;
  /** Relative to the last position asked for, so that a held key adds up. */
  seekBy(deltaS: number): void;
  /** To so many tenths of the whole; nothing where the length is not known. */
  seekToTenth(tenth: number): void;
  setRate(rate: number): void;
  /** The next slower or faster of these speeds, from the last one asked for; null where there is none. */
  rateBy(direction: 1 | -1, rates: readonly number[]): number | null;
  /** While a drag is on: shows a position and asks nobody. */
  preview(positionS: number): void;
  /** Ends a drag with one seek to the last preview. */
  commitPreview(): void;
  /** Ends a drag that was taken away: nothing is asked for. */
  dropPreview(): void;

  /** Calls back when what is shown may have changed. */
  subscribe(listener: () => void): () => void;
  onHint(listener: (hint: ControlHint) => void): () => void;
}

export interface PlaybackControlsOptions {
  /** The element's own length in seconds, NaN while unknown. */
  readonly elementDurationS: () => number;
}

export function createPlaybackControls({ elementDurationS }: PlaybackControlsOptions): PlaybackControls {
  let client: PlaybackDriver | null = null;
  let stopClient = () => {};
  let previewS: number | null = null;
  let asked: { readonly positionS: number } | null = null;
  let askedRate: { readonly rate: number } | null = null;
  const listeners = new Set<() => void>();
  const hintListeners = new Set<(hint: ControlHint) => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };

  const durationS = () => {
    const own = elementDurationS();
    const stated = client?.state.playback?.media.durationS ?? Number.NaN;
    if (!Number.isFinite(own) || own <= 0) return stated;
    // A player whose video breaks off calls that its length in the end; the party's is the longer one.
    return Number.isFinite(stated) ? Math.max(own, stated) : own;
  };
  const targetS = () => client?.targetPositionS() ?? 0;
  /** Nothing is shown beyond an end: where no host has stated a length the timeline runs on past it. */
  const shownS = () => {
    const length = durationS();
    return Number.isFinite(length) && length > 0 ? Math.min(targetS(), length) : targetS();
  };
  const playing = () => client?.state.playback?.timeline.playing ?? false;
  const ended = () => {
    // The follower knows of ends that the bar does not show, as of a length that was a guess.
    if (client?.state.sync?.phase === 'ended') return true;
    const length = durationS();
    return Number.isFinite(length) && length > 0 && targetS() >= length - END_TOLERANCE_S;
  };

  /** The client to command, or null after telling why not. */
  const commanded = (): PlaybackDriver | null => {
    if (!client || client.state.connection === 'left') return null;
    const hint: ControlHint | null =
      client.state.connection !== 'joined' ? 'not-connected' : client.state.you?.canControl ? null : 'no-control';
    if (hint === null) return client;
    for (const listener of hintListeners) listener(hint);
    return null;
  };

  /**
   * Somebody else has just played or paused: what is pressed now was aimed at what the button said before, and that has
   * happened already. Two people who press pause at once have paused, not paused and played.
   */
  const crossed = (): boolean => {
    const { playback, you } = client?.state ?? {};
    const nowMs = client?.clusterNowMs() ?? null;
    if (!playback || !you || nowMs === null) return false;
    const { cause, version } = playback.timeline;
    const toggled = cause.kind === 'play' || cause.kind === 'pause';
    // Versions are at least cluster time: this is when it was committed.
    return toggled && cause.memberId !== you.memberId && nowMs - version < CROSSING_MS;
  };

  const seek = (to: PlaybackDriver, positionS: number) => {
    const length = durationS();
    const clamped = Math.max(0, Number.isFinite(length) ? Math.min(positionS, length) : positionS);
    const request = { positionS: clamped };
    asked = request;
    changed();
    void to.seek(clamped).then(() => {
      // A later press may have asked for another place meanwhile: only the last one's answer ends the preview.
      if (asked === request) asked = null;
      changed();
    });
  };

  const controls: PlaybackControls = {
    setClient(next) {
      stopClient();
      client = next;
      stopClient = next ? next.subscribe(changed) : () => {};
      asked = null;
      askedRate = null;
      previewS = null;
      changed();
    },
    allowed: () => client?.state.connection === 'joined' && client.state.you?.canControl === true,
    playing,
    ended,
    positionS: () => previewS ?? asked?.positionS ?? shownS(),
    durationS,
    rate: () => client?.state.playback?.timeline.rate ?? 1,

    play() {
      const to = commanded();
      if (!to || crossed()) return;
      if (ended()) seek(to, 0);
      if (!playing()) void to.play();
    },
    pause() {
      const to = commanded();
      if (to && !crossed()) void to.pause();
    },
    toggle() {
      if (playing() && !ended()) controls.pause();
      else controls.play();
    },
    seekTo(positionS) {
      const to = commanded();
      if (to) seek(to, positionS);
    },
    seekBy(deltaS) {
      const to = commanded();
      if (to) seek(to, (asked?.positionS ?? shownS()) + deltaS);
    },
    seekToTenth(tenth) {
      const length = durationS();
      if (Number.isFinite(length) && length > 0) controls.seekTo((length * tenth) / 10);
    },
    setRate(rate) {
      const request = { rate };
      const to = commanded();
      if (!to) return;
      askedRate = request;
      void to.setRate(rate).then(() => {
        if (askedRate === request) askedRate = null;
      });
    },
    rateBy(direction, rates) {
      const from = askedRate?.rate ?? controls.rate();
      const others = rates.filter((rate) => (direction > 0 ? rate > from : rate < from));
      if (others.length === 0) return null;
      const next = direction > 0 ? Math.min(...others) : Math.max(...others);
      controls.setRate(next);
      return next;
    },
    preview(positionS) {
      if (!controls.allowed()) return;
      previewS = positionS;
      changed();
    },
    commitPreview() {
      const positionS = previewS;
      previewS = null;
      if (positionS !== null) controls.seekTo(positionS);
    },
    dropPreview() {
      previewS = null;
      changed();
    },

    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onHint(listener) {
      hintListeners.add(listener);
      return () => hintListeners.delete(listener);
    },
  };
  return controls;
}

/** A press this soon after somebody else's was made before that could be seen. */
const CROSSING_MS = 400;

/** The last frame begins before the end: being this close to the end, in seconds, is being there. */
const END_TOLERANCE_S = 0.05;
