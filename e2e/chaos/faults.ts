import type { LinkProxy } from '../fixtures/proxy.ts';

/** Ends what was begun; resolves when it is over. */
export type Undo = () => Promise<unknown>;

/** Something that can be down, stopped where it is, or up. */
export interface Mortal {
  kill(): unknown;
  start(): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** Begins faults and ends them; where several of one kind overlap, the last one that ends ends it. */
export class Faults {
  readonly #depths = new Map<string, number>();
  /** One after the other for each part: a kill must not meet a start half way. */
  readonly #queues = new Map<string, Promise<unknown>>();
  /** Being killed goes before being stopped. */
  readonly #down = new Set<string>();

  kill(part: string, it: Pick<Mortal, 'kill' | 'start'>): Undo {
    return this.during(
      part,
      'killed',
      () => {
        this.#down.add(part);
        return it.kill();
      },
      () => {
        this.#down.delete(part);
        return it.start();
      },
    );
  }

  pause(part: string, it: Pick<Mortal, 'pause' | 'resume'>): Undo {
    const unlessDown = (work: () => unknown) => () => (this.#down.has(part) ? undefined : work());
    return this.during(
      part,
      'paused',
      unlessDown(() => it.pause()),
      unlessDown(() => it.resume()),
    );
  }

  cutOff(part: string, link: LinkProxy): Undo {
    return this.during(
      part,
      'cut off',
      () => link.partition(),
      () => link.heal(),
    );
  }

  /** Anything with a beginning and an end. */
  during(part: string, name: string, begin: () => unknown, end: () => unknown): Undo {
    const key = `${part} ${name}`;
    const change = (by: number) => {
      const depth = (this.#depths.get(key) ?? 0) + by;
      this.#depths.set(key, depth);
      return depth;
    };
    void this.#inTurn(part, () => (change(1) === 1 ? begin() : undefined)).catch(() => {});
    return () => this.#inTurn(part, () => (change(-1) === 0 ? end() : undefined));
  }

  #inTurn(part: string, work: () => unknown): Promise<unknown> {
    const turn = (this.#queues.get(part) ?? Promise.resolve()).then(work);
    this.#queues.set(
      part,
      turn.catch(() => {}),
    );
    return turn;
  }
}
