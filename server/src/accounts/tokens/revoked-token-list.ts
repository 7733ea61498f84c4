/**
 * Revoked tokens in memory: the identification of a request looks in this list, and nowhere else. Bound: one entry of about
 * 100 bytes for each account, each guest who was merged into one, and each device signed out within the life of its token.
 *
 * Until it was read once as a whole it is not known whether a device's token counts, and the mirror is believed as to
 * guests.
 */
export class RevokedTokenList {
  readonly #subjects = new Set<string>();
  readonly #restored = new Set<string>();
  /** What the mirror says, until the database has said it. */
  #presumed: ReadonlySet<string> = new Set();
  #complete = false;

  /** Whether the list was read as a whole: before, what is not on it may be revoked all the same. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Those that are known for certain to be revoked. */
  get subjects(): ReadonlySet<string> {
    return this.#subjects;
  }

  has(subject: string): boolean {
    return this.#subjects.has(subject) || this.#presumed.has(subject);
  }

  /** Was it revoked once, and counts again? */
  wasRestored(subject: string): boolean {
    return this.#restored.has(subject);
  }

  /** Returns those that were not on the list yet. */
  add(subjects: readonly string[]): ReadonlySet<string> {
    const fresh = new Set(subjects.filter((subject) => !this.#subjects.has(subject)));
    for (const subject of fresh) this.#subjects.add(subject);
    return fresh;
  }

  /** These count again. */
  restore(subjects: readonly string[]): void {
    for (const subject of subjects) {
      this.#subjects.delete(subject);
      this.#restored.add(subject);
    }
  }

  /** Takes the word of the mirror, as long as nothing better is known. */
  presume(subjects: readonly string[]): void {
    if (!this.#complete) this.#presumed = new Set(subjects);
  }

  /** It was read as a whole. */
  completed(): void {
    this.#complete = true;
    this.#presumed = new Set();
  }
}
