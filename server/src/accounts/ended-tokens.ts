import type { Logger } from '../platform/log/log.ts';
import type { BetweenInstances } from '../platform/socket/between-instances.ts';
import type { AppServer } from '../platform/socket/socket.types.ts';
import { ENDED_LOOK_BACK_MS } from './accounts.limits.ts';
import type { AccountsStore } from './accounts.store.ts';

const TOLD = 'accounts:ended';

/**
 * The tokens that count no more, known to every instance without asking: read from the database when it starts, told
 * between instances when it happens, and looked up again now and then for what was not told. Bound: one entry of about
 * 100 bytes for each account, each guest who signed in to one, and each device signed out within the life of its token.
 */
export class EndedTokens {
  readonly #subjects = new Set<string>();
  readonly #store: Pick<AccountsStore, 'endedSince'>;
  readonly #log: Logger;
  #seenAtMs = 0;
  #io: AppServer | null = null;
  #between: BetweenInstances | null = null;

  constructor(store: Pick<AccountsStore, 'endedSince'>, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  has(subject: string): boolean {
    return this.#subjects.has(subject);
  }

  /** From now on the sockets of whoever ends are closed, here and on other instances. */
  connect(io: AppServer, between: BetweenInstances): () => void {
    this.#io = io;
    this.#between = between;
    return between.onTold(TOLD, (message) => {
      if (Array.isArray(message)) this.#take(message.filter((subject) => typeof subject === 'string'));
    });
  }

  /** These count no more, on any instance; they are in the database already. */
  end(subjects: readonly string[]): void {
    this.#take(subjects);
    this.#between?.tell(TOLD, subjects);
  }

  /** Reads what others have ended and did not tell. Never rejects: while the database is away, what is known has to do. */
  async refresh(): Promise<void> {
    try {
      const { subjects, latestMs } = await this.#store.endedSince(this.#seenAtMs - ENDED_LOOK_BACK_MS);
      this.#take(subjects);
      this.#seenAtMs = Math.max(this.#seenAtMs, latestMs);
    } catch (error) {
      this.#log.debug({ err: error }, 'tokens that count no more could not be read');
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
