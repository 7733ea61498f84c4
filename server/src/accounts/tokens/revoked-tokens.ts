import { z } from 'zod';
import type { Logger } from '../../platform/log/log.ts';
import type { ClusterBus } from '../../platform/socket/cluster-bus.ts';
import type { AppServer } from '../../platform/socket/socket.types.ts';
import { REVOKED_LOOK_BACK_MS, REVOKED_PAGE } from '../accounts.limits.ts';
import type { RevokedTokenList } from './revoked-token-list.ts';
import type { RevokedTokensMirror } from './revoked-tokens.mirror.ts';
import type { RevokedPosition, RevokedTokensStore } from './revoked-tokens.store.ts';

/** Messages between instances: subjects that were revoked, and such as count again. */
const REVOKED = 'accounts:ended';
const RESTORED = 'accounts:restored';
const subjectsSchema = z.array(z.string());

export interface RevokedTokensDeps {
  readonly list: RevokedTokenList;
  readonly store: Pick<RevokedTokensStore, 'page'>;
  readonly mirror: RevokedTokensMirror;
  readonly io: AppServer;
  readonly bus: ClusterBus;
  readonly log: Logger;
}

/**
 * Revoked tokens of all instances: the list is read from the database at the start, published when a token is revoked, and
 * looked up again now and then for what was lost. The sockets of a revoked token are closed.
 */
export class RevokedTokens {
  readonly list: RevokedTokenList;
  readonly #deps: RevokedTokensDeps;
  readonly #stops: readonly (() => void)[];
  #readTo: RevokedPosition = { atMs: 0, subject: '' };
  #reading: Promise<void> | null = null;
  #mirroring: Promise<void> = Promise.resolve();

  constructor(deps: RevokedTokensDeps) {
    this.#deps = deps;
    this.list = deps.list;
    this.#stops = [
      deps.bus.subscribe(REVOKED, (message) => this.#add(subjectsOf(message))),
      deps.bus.subscribe(RESTORED, (message) => this.list.restore(subjectsOf(message))),
    ];
  }

  /** Ends its subscriptions to other instances. */
  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /** These are revoked, on any instance; in the database they are already. Never rejects. */
  async revoke(subjects: readonly string[]): Promise<void> {
    if (subjects.length === 0) return;
    this.#add(subjects);
    this.#deps.bus.publish(REVOKED, subjects);
    await this.#mirrored(() => this.#deps.mirror.add(subjects));
  }

  /** These count again, likewise. */
  async restore(subjects: readonly string[]): Promise<void> {
    this.list.restore(subjects);
    this.#deps.bus.publish(RESTORED, subjects);
    await this.#mirrored(() => this.#deps.mirror.remove(subjects));
  }

  /** Begins to know: from the database, or as far as its mirror goes while that is away. Never rejects. */
  async start(): Promise<void> {
    await this.refresh();
    if (this.list.complete) return;
    await this.#mirrored(async () => this.list.presume(await this.#deps.mirror.load()));
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
    let after = this.list.complete ? { atMs: this.#readTo.atMs - REVOKED_LOOK_BACK_MS, subject: '' } : this.#readTo;
    for (;;) {
      const page = await this.#deps.store.page(after, REVOKED_PAGE);
      this.#add(page.filter(({ restored }) => !restored).map(({ subject }) => subject));
      this.list.restore(page.filter(({ restored }) => restored).map(({ subject }) => subject));
      const last = page.at(-1);
      if (last !== undefined) after = { atMs: last.revokedAtMs, subject: last.subject };
      if (after.atMs >= this.#readTo.atMs) this.#readTo = after;
      if (page.length < REVOKED_PAGE) break;
    }
    if (this.list.complete) return;
    this.list.completed();
    // Where it cannot be written it is only the second line that is missing.
    void this.#mirrored(() => this.#deps.mirror.replace(this.list.subjects));
  }

  /** One after the other: what is added does not get lost where everything is written anew. */
  #mirrored(work: () => Promise<void>): Promise<void> {
    this.#mirroring = this.#mirroring
      .then(work)
      .catch((error) => this.#deps.log.debug({ err: error }, 'the mirror of revoked tokens failed'));
    return this.#mirroring;
  }

  #add(subjects: readonly string[]): void {
    const fresh = this.list.add(subjects);
    if (fresh.size === 0) return;
    for (const socket of this.#deps.io.of('/').sockets.values()) {
      const { viewerId, deviceId } = socket.data;
      // The connection breaks, rather than being told to stay away: its client comes back as who it is now.
      if (fresh.has(deviceId ?? viewerId)) socket.conn.close();
    }
  }
}

const subjectsOf = (message: unknown): readonly string[] => subjectsSchema.safeParse(message).data ?? [];
