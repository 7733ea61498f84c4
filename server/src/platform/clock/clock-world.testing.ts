import { type ClockAnchor, formatAnchor, parseAnchor } from './clock-anchor.ts';
import { BURST_INTERVAL_MS, ClusterEstimator, WAIT_INTERVAL_MS } from './cluster-estimator.ts';

/** A Redis node as far as clocks go. */
export interface WorldNode {
  id: string;
  /** Its wall clock minus true time, in milliseconds. */
  wallOffsetMs: number;
  /** The text under the key, as this node has it. */
  anchor: string | null;
}

/** An instance: its own monotonic clock, and what it makes of the node's. */
export interface WorldInstance {
  readonly name: string;
  readonly estimator: ClusterEstimator;
  localMs(): number;
  /** Cluster milliseconds by this instance; null before it knows. */
  nowMs(): number | null;
  /** The local clock leaps, as that of a virtual machine which stood still and did not notice. */
  leap(durationMs: number): void;
  /** Nothing of it runs for so long; its clock does. */
  pause(durationMs: number): void;
  end(): void;
}

export interface WorldOptions {
  /** In [0, 1); all chance comes from here. */
  random(): number;
  /** Longest way to the node or back, in milliseconds. */
  readonly latencyMaxMs: number;
  /** Part of the questions that get no answer. */
  readonly loss?: number;
}

interface Due {
  readonly atMs: number;
  readonly order: number;
  run(): void;
}

/** Instances and Redis nodes on one true time line that a test turns by hand: events in order, nothing waits. */
export class ClockWorld {
  trueMs = 0;
  readonly instances: WorldInstance[] = [];
  /** The one that has the key. */
  node: WorldNode;
  writes = 0;
  readonly #options: WorldOptions;
  #due: Due[] = [];
  #order = 0;
  #runs = 0;
  #reachable = true;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.node = { id: this.#newRun(), wallOffsetMs: 1_700_000_000_000, anchor: null };
  }

  get anchor(): ClockAnchor | null {
    return parseAnchor(this.node.anchor);
  }

  /** The node's clock is set. */
  stepNode(byMs: number): void {
    this.node.wallOffsetMs += byMs;
  }

  /** The node's process starts again: the same machine, the same data. */
  restartNode(): void {
    this.node = { ...this.node, id: this.#newRun() };
  }

  /** Another node takes over, with a clock and an anchor of its own. */
  failOver(wallOffsetMs: number, anchor: string | null): void {
    this.node = { id: this.#newRun(), wallOffsetMs, anchor };
  }

  flush(): void {
    this.node.anchor = null;
  }

  cut(cut: boolean): void {
    this.#reachable = !cut;
  }

  /** @param driftPpm how fast its quartz is, in millionths */
  addInstance(driftPpm = 0): WorldInstance {
    const estimator = new ClusterEstimator();
    const bornMs = this.trueMs;
    const originMs = this.#options.random() * 1_000_000;
    let leaptMs = 0;
    let pausedUntilMs = 0;
    let ended = false;
    const localMs = () => originMs + leaptMs + (this.trueMs - bornMs) * (1 + driftPpm / 1e6);
    const way = () => this.#options.random() * this.#options.latencyMaxMs;
    /** Runs in the instance: later where it is paused, never where it has ended. */
    const inside = (delayMs: number, run: () => void) => {
      this.#schedule(delayMs, () => {
        if (ended) return;
        if (this.trueMs < pausedUntilMs) inside(pausedUntilMs - this.trueMs, run);
        else run();
      });
    };
    const swap = (expected: string | null, next: string) => {
      this.#schedule(way(), () => {
        const reached = this.#reachable && this.node.anchor === expected;
        if (reached) {
          this.node.anchor = next;
          this.writes += 1;
        }
        inside(way(), read);
      });
    };
    const read = () => {
      const askedMs = localMs();
      if (!this.#reachable || this.#options.random() < (this.#options.loss ?? 0)) {
        inside(WAIT_INTERVAL_MS, read);
        return;
      }
      this.#schedule(way(), () => {
        const { id: nodeId, wallOffsetMs, anchor: text } = this.node;
        const timeMs = this.trueMs + wallOffsetMs;
        inside(way(), () => {
          const anchor = parseAnchor(text);
          const proposal = estimator.take({ askedMs, answeredMs: localMs(), timeMs, nodeId, anchor });
          if (proposal !== null) swap(text, formatAnchor(proposal.anchor));
          else inside(estimator.nextReadingInMs, read);
        });
      });
    };
    const instance: WorldInstance = {
      name: `instance ${this.instances.length + 1}`,
      estimator,
      localMs,
      nowMs: () => (estimator.known ? localMs() + (estimator.offsetMs(localMs()) ?? Number.NaN) : null),
      leap: (durationMs) => {
        leaptMs += durationMs;
      },
      pause: (durationMs) => {
        pausedUntilMs = this.trueMs + durationMs;
      },
      end: () => {
        ended = true;
        this.instances.splice(this.instances.indexOf(instance), 1);
      },
    };
    this.instances.push(instance);
    inside(this.#options.random() * BURST_INTERVAL_MS, read);
    return instance;
  }

  /** Lets time pass; `look` is called after each thing that happens, and at least every 10 ms. */
  run(durationMs: number, look: () => void = () => {}): void {
    const endMs = this.trueMs + durationMs;
    while (this.trueMs < endMs) {
      const next = this.#due.reduce<Due | null>((first, due) => (isBefore(due, first) ? due : first), null);
      const untilMs = Math.min(next?.atMs ?? endMs, this.trueMs + 10, endMs);
      this.trueMs = untilMs;
      if (next !== null && next.atMs <= untilMs) {
        this.#due = this.#due.filter((due) => due !== next);
        next.run();
      }
      look();
    }
  }

  #schedule(delayMs: number, run: () => void): void {
    this.#order += 1;
    this.#due.push({ atMs: this.trueMs + delayMs, order: this.#order, run });
  }

  #newRun(): string {
    this.#runs += 1;
    return `run${this.#runs}`;
  }
}

function isBefore(due: Due, other: Due | null): boolean {
  return other === null || due.atMs < other.atMs || (due.atMs === other.atMs && due.order < other.order);
}
