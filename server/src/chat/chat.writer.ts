import type { Database } from '../platform/database/database.ts';
import { GroupCommit } from '../platform/database/group-commit.ts';
import { settlesWithin } from '../platform/settles-within.ts';
import {
  RETRY_MS,
  UNSAVED_MAX,
  WRITE_GROUP_MAX,
  WRITE_PATIENCE_MS,
  WRITE_REST_MS,
  WRITE_SHARE_MAX,
  WRITE_WAITING_MAX,
  WRITE_WAITING_OF_ONE_MAX,
} from './chat.limits.ts';
import type { ChatLog, LogOutcome, LogRow } from './chat.log.ts';
import type { ChatStore } from './chat.store.ts';

export interface ChatWriterDeps {
  readonly log: Pick<ChatLog, 'write'>;
  readonly store: Pick<ChatStore, 'tail'>;
  readonly database: Pick<Database, 'health'>;
  /** How long an acknowledgement waits, in milliseconds; as `WRITE_PATIENCE_MS` where left out. */
  readonly patienceMs?: number;
  onError(error: unknown): void;
}

/**
 * Writes entries of chats down, by group commit. What could not be written is not kept here: its chat is noted, and once the
 * database is back the tail that the live store has of it is written. Bounds: `WRITE_WAITING_MAX` entries that wait,
 * `UNSAVED_MAX` chats that are noted.
 */
export class ChatWriter {
  readonly #deps: ChatWriterDeps;
  readonly #group: GroupCommit<LogRow, LogOutcome>;
  readonly #unsaved = new Set<string>();
  #catchingUp: Promise<void> | null = null;

  constructor(deps: ChatWriterDeps) {
    this.#deps = deps;
    this.#group = new GroupCommit({
      write: (rows) => deps.log.write(rows),
      groupMax: WRITE_GROUP_MAX,
      shareMax: WRITE_SHARE_MAX,
      waitingMax: WRITE_WAITING_MAX,
      ownerWaitingMax: WRITE_WAITING_OF_ONE_MAX,
      restMs: WRITE_REST_MS,
      retryAfterMs: RETRY_MS,
    });
  }

  /** Entries that wait or are being written. */
  get waiting(): number {
    return this.#group.waiting;
  }

  get unsavedCount(): number {
    return this.#unsaved.size;
  }

  isUnsaved(sessionId: string): boolean {
    return this.#unsaved.has(sessionId);
  }

  /**
   * Writes an entry; resolves when it is durable, or with `unsaved` when that can no longer be waited for: it goes on then.
   * @param about lines that it changes: another instance may still be about to write them, and a change of a line that is not
   * there would be lost
   */
  async write(row: LogRow, about: readonly LogRow[] = []): Promise<LogOutcome | 'unsaved'> {
    if (!this.#deps.database.health().ok) {
      this.note(row.sessionId);
      return 'unsaved';
    }
    let outcome: LogOutcome | 'unsaved' = 'unsaved';
    const written = this.#write([...about, row]).then((results) => {
      outcome = results.at(-1) ?? 'unsaved';
    });
    await settlesWithin(written, this.#deps.patienceMs ?? WRITE_PATIENCE_MS);
    return outcome;
  }

  /** Notes that a chat has entries which may not be written. */
  note(sessionId: string): void {
    if (this.#unsaved.size < UNSAVED_MAX) this.#unsaved.add(sessionId);
  }

  /** Writes what the live store has of the chats that were noted, one after the other, as far as the database takes it. */
  catchUp(): Promise<void> {
    this.#catchingUp ??= this.#writeNoted().finally(() => {
      this.#catchingUp = null;
    });
    return this.#catchingUp;
  }

  async settled(): Promise<void> {
    await this.catchUp();
    await this.#group.settled();
  }

  async #writeNoted(): Promise<void> {
    for (const sessionId of [...this.#unsaved]) {
      if (!this.#deps.database.health().ok) return;
      this.#unsaved.delete(sessionId);
      try {
        const tail = await this.#deps.store.tail(sessionId, { afterSeq: 0 });
        await this.#write(tail.map((numbered) => ({ ...numbered, sessionId })));
      } catch {
        this.note(sessionId);
      }
      if (this.#unsaved.has(sessionId)) return;
    }
  }

  /** Never rejects: what was not written is noted. */
  async #write(rows: readonly LogRow[]): Promise<readonly (LogOutcome | 'unsaved')[]> {
    const [first] = rows;
    if (first === undefined) return [];
    try {
      const settled = await this.#group.write(
        rows,
        first.sessionId,
        rows.some(({ entry }) => entry.kind !== 'line'),
      );
      return settled.map((one) => {
        if (one.kind === 'written') return one.result;
        this.#deps.onError(one.error);
        return 'unsaved';
      });
    } catch {
      this.note(first.sessionId);
      return rows.map(() => 'unsaved' as const);
    }
  }
}
