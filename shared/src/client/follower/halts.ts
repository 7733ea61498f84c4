import type { ClientEnvironment } from '../environment/client-environment.ts';

/** A player that is stopped so often in so long, and nobody did it, is not started against that any more. */
const HALTS_MAX = 4;
const HALTS_WITHIN_MS = 15_000;

/** Counts how often a player was stopped by nobody: what takes the sound for itself, as a call does, wins in the end. */
export class Halts {
  readonly #env: ClientEnvironment;
  #atMs: number[] = [];

  constructor(env: ClientEnvironment) {
    this.#env = env;
  }

  /** It was stopped once more. Returns true where it should be left alone until a person starts it. */
  note(): boolean {
    const nowMs = this.#env.nowMs();
    this.#atMs = [...this.#atMs.filter((atMs) => nowMs - atMs < HALTS_WITHIN_MS), nowMs];
    return this.isHalted;
  }

  get isHalted(): boolean {
    return this.#atMs.length >= HALTS_MAX;
  }

  forget(): void {
    this.#atMs = [];
  }
}
