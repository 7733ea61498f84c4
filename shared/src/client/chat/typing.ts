import { TYPING_LASTS_MS, TYPING_MAX_PEOPLE } from '../../chat/chat.constants.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';

/** It is said again that one types after so long, so that it does not run out in between. */
const SAY_EVERY_MS = TYPING_LASTS_MS / 2;

export interface TypingDeps {
  readonly env: ClientEnvironment;
  say(on: boolean): void;
  onChange(): void;
}

/** Who types, and that one types oneself. Bound: `TYPING_MAX_PEOPLE`. */
export class Typing {
  readonly #deps: TypingDeps;
  /** By member: the timer that ends it. */
  readonly #others = new Map<string, unknown>();
  #saidAtMs: number | null = null;

  constructor(deps: TypingDeps) {
    this.#deps = deps;
  }

  get ids(): readonly string[] {
    return [...this.#others.keys()];
  }

  own(on: boolean): void {
    const nowMs = this.#deps.env.nowMs();
    if (!on && this.#saidAtMs === null) return;
    if (on && this.#saidAtMs !== null && nowMs - this.#saidAtMs < SAY_EVERY_MS) return;
    this.#saidAtMs = on ? nowMs : null;
    this.#deps.say(on);
  }

  heard(memberId: string, on: boolean): void {
    const { env, onChange } = this.#deps;
    const isNew = !this.#others.has(memberId);
    if (isNew ? !on || this.#others.size >= TYPING_MAX_PEOPLE : false) return;
    env.clearTimer(this.#others.get(memberId));
    if (on)
      this.#others.set(
        memberId,
        env.setTimer(() => this.heard(memberId, false), TYPING_LASTS_MS),
      );
    else this.#others.delete(memberId);
    if (isNew || !on) onChange();
  }

  stop(): void {
    for (const timer of this.#others.values()) this.#deps.env.clearTimer(timer);
    this.#others.clear();
    this.#saidAtMs = null;
  }
}
