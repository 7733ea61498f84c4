import { type Member, ROSTER_PAGE_SIZE } from '@cowatch/shared/protocol';

/**
 * The first page of the roster, kept until somebody on it changes: a storm of people who join a large session is
 * answered with one page instead of building it for each of them.
 */
export class FirstPage {
  #members: readonly Member[] | null = null;
  #ids = new Set<string>();

  /** The page, made anew only where it must be. */
  take(make: () => readonly Member[]): readonly Member[] {
    if (this.#members === null) {
      this.#members = make();
      this.#ids = new Set(this.#members.map(({ memberId }) => memberId));
    }
    return this.#members;
  }

  /** Somebody is different, or gone. */
  touched(memberId: string): void {
    if (this.#ids.has(memberId)) this.drop();
  }

  /** Somebody new has come, who is on the page if they are a host or it has room. */
  added(host: boolean): void {
    if (host || (this.#members?.length ?? 0) < ROSTER_PAGE_SIZE) this.drop();
  }

  drop(): void {
    this.#members = null;
    this.#ids.clear();
  }
}
