import { CLOCK_DRIFT_LIMIT, createClockFilter } from '@cowatch/shared/clock';
import { type ClockAnchor, tellsTheSame } from './clock-anchor.ts';
import { SmoothOffset } from './smooth-offset.ts';

/** One question to the node that keeps the anchor: its `TIME`, its run and the anchor, read in one breath. */
export interface ClockReading {
  /** Local monotonic milliseconds at which the question left and the answer came. */
  readonly askedMs: number;
  readonly answeredMs: number;
  /** `TIME` of the node, in milliseconds. */
  readonly timeMs: number;
  readonly nodeId: string;
  /** Null: there is none. */
  readonly anchor: ClockAnchor | null;
}

/** An anchor that should be there instead of the one that was read. */
export interface AnchorProposal {
  readonly kind: 'guess' | 'mend' | 'doubt' | 'vouch';
  readonly anchor: ClockAnchor;
}

/** Readings before the time counts as known. */
const BURST_READINGS = 8;
/** Time between readings while the time is sought or the anchor mended, and while nothing is wrong. */
export const BURST_INTERVAL_MS = 30;
const SYNC_INTERVAL_MS = 1000;
/** Who is new looks for longer than others take to notice a jump: else it would take the jump for the truth. */
export const PROBATION_MS = SYNC_INTERVAL_MS + 400;
/** Pace of readings while others are waited for, and after one that failed. */
export const WAIT_INTERVAL_MS = SYNC_INTERVAL_MS / 4;
/** Readings of a node before a bias for it is made. */
const MEND_READINGS = 5;
/** Further than this from what is known, beyond all error bounds: something jumped. */
export const JUMP_MS = 20;
/** A reading that took longer says nothing, unless all do. */
const SLOW_MS = 400;
const SLOW_IN_A_ROW = 10;
/** Others read within `SYNC_INTERVAL_MS`; who saw a jump gives them this long to say that they did not. */
export const DOUBT_PATIENCE_MS = 2500;
/** Who does not know the time leaves the mending so long to those who do. */
export const GUESS_PATIENCE_MS = 3000;

type Trouble = 'missing' | 'node' | 'jump' | 'outdated' | 'doubted';

interface Window {
  readonly lowMs: number;
  readonly highMs: number;
}

interface Hold {
  readonly trouble: Trouble;
  readonly key: string;
  readonly sinceMs: number;
  /** Above this `vouched` says that others, asked after the trouble began, did not see it. */
  readonly vouched: number;
  readings: number;
}

/** For people: what is the matter. */
const DETAILS: Readonly<Record<Trouble, string>> = {
  missing: 'the bias in Redis is lost',
  node: 'another Redis node answers',
  jump: "Redis' clock jumped",
  outdated: 'Redis has an older bias',
  doubted: 'the bias in Redis is in doubt',
};

/**
 * Cluster time as one instance knows it: readings in, offset out; no clock, no I/O.
 *
 * While the node and its anchor agree with what is known they are followed. When the node jumps, is another one, or has
 * lost the anchor, cluster time goes on along the local monotonic clock (*holding*) until an instance that knows the time has
 * written an anchor under which it just goes on. That is first come, first served by compare-and-set; all others follow
 * what was written, for to be the same everywhere matters more than to be right.
 */
export class ClusterEstimator {
  /** The node's own clock against the local one. */
  readonly #node = createClockFilter();
  #nodeId: string | null = null;
  readonly #offset = new SmoothOffset();
  #followed: ClockAnchor | null = null;
  #readings = 0;
  /** Since when the node has been followed without trouble, while the time is not known. */
  #followedSinceMs = 0;
  #known = false;
  #hold: Hold | null = null;
  #slowInARow = 0;
  /** Of the last estimate that was followed. */
  #boundMs = Number.POSITIVE_INFINITY;
  #boundAtMs = 0;

  /** True once the time is known; from then on it never goes back. */
  get known(): boolean {
    return this.#known;
  }

  /** Why the node is not followed at the moment; null while it is. */
  get trouble(): string | null {
    return this.#hold === null ? null : DETAILS[this.#hold.trouble];
  }

  get epoch(): number | null {
    return this.#followed?.epoch ?? null;
  }

  /** When to read again. */
  get nextReadingInMs(): number {
    if (this.#hold !== null) return this.#hold.readings < MEND_READINGS ? BURST_INTERVAL_MS : WAIT_INTERVAL_MS;
    if (this.#known) return SYNC_INTERVAL_MS;
    return this.#readings < BURST_READINGS ? BURST_INTERVAL_MS : WAIT_INTERVAL_MS / 2;
  }

  /** Cluster minus local milliseconds at a local time; null before anything is known. */
  offsetMs(localMs: number): number | null {
    return this.#offset.at(localMs);
  }

  /** How far cluster time may be from what the followed anchor says, in milliseconds. */
  errorBoundMs(localMs: number): number {
    const target = this.#offset.targetMs;
    const slewingMs = target === null ? 0 : Math.abs(target - (this.#offset.at(localMs) ?? target));
    return this.#boundMs + slewingMs + Math.max(0, localMs - this.#boundAtMs) * CLOCK_DRIFT_LIMIT;
  }

  /** Takes a reading; what should be written in answer, if anything. */
  take(reading: ClockReading): AnchorProposal | null {
    const { anchor, nodeId, askedMs, answeredMs } = reading;
    const wentOn = this.#nodeWentOn(reading);
    // A process that was stopped in the middle of a question learned little from it, and should not move on that.
    const slow = answeredMs - askedMs > (wentOn ? SLOW_MS : this.#quickMs(nodeId));
    this.#slowInARow = slow ? this.#slowInARow + 1 : 0;
    if (slow && this.#slowInARow < SLOW_IN_A_ROW) return null;
    this.#add(reading);
    if (anchor === null) return this.#holdOn('missing', reading);
    if (anchor.nodeId !== nodeId) return this.#holdOn('node', reading);
    if (!this.#known || this.#followed === null) {
      if (!wentOn) this.#readings = 0;
      return anchor.doubted ? this.#holdOn('doubted', reading) : this.#follow(anchor, reading);
    }
    const window = this.#agreement(anchor.biasMs, answeredMs);
    if (window !== null) {
      this.#follow(anchor, reading, window);
      return anchor.doubted && answeredMs - askedMs <= JUMP_MS ? vouchFor(anchor) : null;
    }
    const { epoch } = this.#followed;
    if (anchor.epoch < epoch || (anchor.epoch === epoch && !tellsTheSame(anchor, this.#followed))) {
      return this.#holdOn('outdated', reading);
    }
    // The node's clock went on as ever, so an instance that knew better meant it so; or others, asked, saw no jump: then it
    // was the local clock that stopped or leapt.
    const meant = anchor.epoch > epoch && !anchor.doubted && wentOn;
    const vouched = this.#hold?.trouble === 'jump' && anchor.vouched > this.#hold.vouched;
    return meant || vouched ? this.#follow(anchor, reading) : this.#holdOn('jump', reading);
  }

  /** Whether the node's own clock is where the readings before lead one to expect it. */
  #nodeWentOn({ askedMs, answeredMs, timeMs, nodeId }: ClockReading): boolean {
    const node = this.#nodeId === nodeId ? this.#node.estimate(answeredMs) : null;
    if (node === null) return false;
    const toleranceMs = node.errorBoundMs + JUMP_MS;
    return timeMs - answeredMs <= node.offsetMs + toleranceMs && timeMs - askedMs >= node.offsetMs - toleranceMs;
  }

  /** A round trip below which a reading may say that something has changed. */
  #quickMs(nodeId: string): number {
    const usualMs = this.#nodeId === nodeId ? (this.#node.estimate(this.#boundAtMs)?.rttMs ?? SLOW_MS) : SLOW_MS;
    return Math.min(SLOW_MS, Math.max(JUMP_MS, 3 * usualMs));
  }

  /** Offsets that both the readings and what is known allow, give or take a jump that does not count; null: none. */
  #agreement(biasMs: number, nowMs: number): Window | null {
    const node = this.#node.estimate(nowMs);
    const knownMs = this.#offset.targetMs;
    if (node === null || knownMs === null) return null;
    const agedMs = Math.max(0, nowMs - this.#boundAtMs) * CLOCK_DRIFT_LIMIT;
    const toleranceMs = this.#boundMs + agedMs + JUMP_MS;
    const lowMs = Math.max(node.offsetMs + biasMs - node.errorBoundMs, knownMs - toleranceMs);
    const highMs = Math.min(node.offsetMs + biasMs + node.errorBoundMs, knownMs + toleranceMs);
    return lowMs <= highMs ? { lowMs, highMs } : null;
  }

  /** @param window where the time was known before, and this does not contradict it */
  #follow(anchor: ClockAnchor, { answeredMs }: ClockReading, window?: Window): null {
    const node = this.#node.estimate(answeredMs);
    if (node === null) return null;
    if (this.#hold !== null || this.#readings === 0) {
      this.#readings = 0;
      this.#followedSinceMs = answeredMs;
    }
    this.#hold = null;
    this.#followed = anchor;
    this.#readings += 1;
    const offsetMs = window === undefined ? node.offsetMs + anchor.biasMs : (window.lowMs + window.highMs) / 2;
    if (this.#known) this.#offset.moveTo(offsetMs, answeredMs);
    else this.#offset.set(offsetMs, answeredMs);
    this.#boundMs = window === undefined ? node.errorBoundMs : (window.highMs - window.lowMs) / 2;
    this.#boundAtMs = answeredMs;
    this.#known ||= this.#readings >= BURST_READINGS && answeredMs - this.#followedSinceMs >= PROBATION_MS;
    return null;
  }

  #add({ askedMs, answeredMs, timeMs, nodeId }: ClockReading): void {
    this.#nodeId = nodeId;
    this.#node.add({ askedMs, answeredMs, receivedAtMs: timeMs, sentAtMs: timeMs, instanceId: nodeId });
  }

  #holdOn(trouble: Trouble, reading: ClockReading): AnchorProposal | null {
    const { anchor, nodeId, answeredMs } = reading;
    const key = [trouble, nodeId, anchor?.nodeId, anchor?.epoch, anchor?.biasMs].join(' ');
    let hold = this.#hold;
    if (hold?.key !== key) {
      // A doubt that is older than the trouble may be answered by an instance that has not seen the trouble yet.
      const vouched = (anchor?.vouched ?? 0) + (anchor?.doubted ? 1 : 0);
      hold = { trouble, key, sinceMs: answeredMs, vouched, readings: 0 };
      this.#hold = hold;
      // What was read before the trouble says nothing about what comes after it.
      this.#node.reset();
      this.#add(reading);
    }
    hold.readings += 1;
    const waitedMs = answeredMs - hold.sinceMs;
    if (!this.#known) return waitedMs < GUESS_PATIENCE_MS ? null : guess(reading);
    if (trouble === 'jump' && waitedMs < DOUBT_PATIENCE_MS) {
      return anchor === null || anchor.doubted ? null : { kind: 'doubt', anchor: { ...anchor, doubted: true } };
    }
    return hold.readings < MEND_READINGS ? null : this.#mend(reading);
  }

  /** An anchor under which cluster time just goes on from what is known here. */
  #mend({ anchor, nodeId, answeredMs }: ClockReading): AnchorProposal | null {
    const node = this.#node.estimate(answeredMs);
    const heldMs = this.#offset.targetMs;
    if (node === null || heldMs === null) return null;
    const epoch = Math.max(this.#followed?.epoch ?? 0, anchor?.epoch ?? 0) + 1;
    return {
      kind: 'mend',
      anchor: { epoch, nodeId, biasMs: toMicros(heldMs - node.offsetMs), doubted: false, vouched: 0 },
    };
  }
}

function vouchFor(anchor: ClockAnchor): AnchorProposal {
  return { kind: 'vouch', anchor: { ...anchor, doubted: false, vouched: anchor.vouched + 1 } };
}

/**
 * What there is to go by where no instance knows the time (all are new): the last bias on whatever node there is,
 * for their clocks are likely to agree; with no bias, the node's clock itself. It keeps the epoch, so that an
 * instance that does know, and was only late, outranks it.
 */
function guess({ anchor, nodeId }: ClockReading): AnchorProposal {
  if (anchor?.doubted && anchor.nodeId === nodeId) return { ...vouchFor(anchor), kind: 'guess' };
  const { epoch, biasMs } = anchor ?? { epoch: 0, biasMs: 0 };
  return { kind: 'guess', anchor: { epoch, nodeId, biasMs, doubted: false, vouched: 0 } };
}

const toMicros = (ms: number) => Math.round(ms * 1000) / 1000;
