import { z } from 'zod';
import type { Logger } from '../../platform/log/log.ts';
import type { ClusterBus } from '../../platform/socket/cluster-bus.ts';
import type { AppServer } from '../../platform/socket/socket.types.ts';
import { REVOKED_LOOK_BACK_MS, REVOKED_PAGE } from '../accounts.limits.ts';
import type { RevokedTokensMirror } from './revoked-tokens.mirror.ts';
import type { RevokedPosition, RevokedTokensStore } from './revoked-tokens.store.ts';

/** What instances tell each other: subjects that were revoked, and such as count again. */
const REVOKED = 'accounts:ended';
const RESTORED = 'accounts:restored';
const subjectsSchema = z.array(z.string());

export interface RevokedTokensDeps {
  readonly store: Pick<RevokedTokensStore, 'page'>;
  readonly mirror: RevokedTokensMirror;
  readonly log: Logger;
}

/**
 * The revoked tokens, known to every instance without asking: read from the database when it starts, told between
 * instances when it happens, and looked up again now and then for what was not told. Bound: one entry of about 100 bytes
 * for each account, each guest who was brought along, and each device signed out within the life of its token.
 *
 * Until the list was read once as a whole it cannot be told whether a device's token counts, and the mirror is believed
 * as to guests.
 */
export class RevokedTokens {
  readonly #subjects = new Set<string>();
  readonly #restored = new Set<string>();
  /** What the mirror says, until the database has said it. */
  #presumed: ReadonlySet<string> = new Set();
  readonly #deps: RevokedTokensDeps;
  #readTo: RevokedPosition = { atMs: 0, subject: '' };
  #complete = false;
  #reading: Promise<void> | null = null;
  #mirroring: Promise<void> = Promise.resolve();
  #io: AppServer | null = null;
  #bus: ClusterBus | null = null;

  constructor(deps: RevokedTokensDeps) {
    this.#deps = deps;
  }

  /** Whether the list was read as a whole: before, what is not on it may be revoked all the same. */
  get complete(): boolean {
    return this.#complete;
  }

  has(subject: string): boolean {
    return this.#subjects.has(subject) || this.#presumed.has(subject);
  }

  /** Was it revoked once, and counts again? */
  wasRestored(subject: string): boolean {
    return this.#restored.has(subject);
  }

  /** From now on the sockets of what is revoked are closed, here and on other instances. */
  connect(io: AppServer, bus: ClusterBus): () => void {
    this.#io = io;
    this.#bus = bus;
    const stops = [
      bus.subscribe(REVOKED, (message) => this.#take(subjectsOf(message))),
      bus.subscribe(RESTORED, (message) => this.#restore(subjectsOf(message))),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** These are revoked, on any instance; in the database they are already. Never rejects. */
  async revoke(subjects: readonly string[]): Promise<void> {
    if (subjects.length === 0) return;
    this.#take(subjects);
    this.#bus?.publish(REVOKED, subjects);
    await this.#mirrored(() => this.#deps.mirror.add(subjects));
  }

  /** These count again, likewise. */
  async restore(subjects: readonly string[]): Promise<void> {
    this.#restore(subjects);
    this.#bus?.publish(RESTORED, subjects);
    await this.#mirrored(() => this.#deps.mirror.remove(subjects));
  }

  /** Begins to know: from the database, or as far as its mirror goes while that is away. Never rejects. */
  async start(): Promise<void> {
    await this.refresh();
    if (this.#complete) return;
    await this.#mirrored(async () => {
      const presumed = new Set(await this.#deps.mirror.load());
      if (!this.#complete) this.#presumed = presumed;
    });
  }

  /** Reads what others have revoked and did not tell. Never rejects: while the database is away, what is known has to do. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read()
      .catch((error) => this.#deps.log.debug({ err: error }, 'revoked tokens could not be read'))
      .finally(() => {
        this.#reading = null;
      });
    return this.#reading;
  }

  async #read(): Promise<void> {
    // A first read that broke off goes on where it was; later ones look back for what was slow to commit.
    let after = this.#complete ? { atMs: this.#readTo.atMs - REVOKED_LOOK_BACK_MS, subject: '' } : this.#readTo;
    for (;;) {
      const page = await this.#deps.store.page(after, REVOKED_PAGE);
      this.#take(page.filter(({ restored }) => !restored).map(({ subject }) => subject));
      this.#restore(page.filter(({ restored }) => restored).map(({ subject }) => subject));
      const last = page.at(-1);
      if (last !== undefined) after = { atMs: last.revokedAtMs, subject: last.subject };
      if (after.atMs >= this.#readTo.atMs) this.#readTo = after;
      if (page.length < REVOKED_PAGE) break;
    }
    if (this.#complete) return;
    this.#complete = true;
    this.#presumed = new Set();
    // Where it cannot be written it is only the second line that is missing.
    void this.#mirrored(() => this.#deps.mirror.replace(this.#subjects));
  }

  /** One after the other: what is added does not get lost where everything is written anew. */
  #mirrored(work: () => Promise<void>): Promise<void> {
    this.#mirroring = this.#mirroring
      .then(work)
      .catch((error) => this.#deps.log.debug({ err: error }, 'the mirror of revoked tokens failed'));
    return this.#mirroring;
  }

  #restore(subjects: readonly string[]): void {
    for (const subject of subjects) {
      this.#subjects.delete(subject);
      this.#restored.add(subject);
    }
  }

  #take(subjects: readonly string[]): void {
    const fresh = new Set(subjects.filter((subject) => !this.#subjects.has(subject)));
    for (const subject of fresh) this.#subjects.add(subject);
    if (fresh.size === 0 || this.#io === null) return;
    for (const socket of this.#io.of('/').sockets.values()) {
      const { viewerId, deviceId } = socket.data;
      // The connection breaks, rather than being told to stay away: its client comes back as who it is now.
      if (fresh.has(deviceId ?? viewerId)) socket.conn.close();
    }
  }
}

const subjectsOf = (message: unknown): readonly string[] => subjectsSchema.safeParse(message).data ?? [];
