import { CHAT_LATEST } from '@cowatch/shared/chat';
import { type ChatHistory, type ChatHistoryRequest, isUnavailable } from '@cowatch/shared/protocol';
import { PreparedJson } from '../platform/socket/prepared-json.ts';
import { type LineEntry, lineOf, type Numbered, toldOf } from './chat.entries.ts';
import { TAIL_MAX } from './chat.limits.ts';
import type { ChatLog } from './chat.log.ts';
import type { ChatRoom } from './chat.room.ts';
import { type ChatRooms, tryAgain } from './chat.rooms.ts';
import type { ChatHead, ChatStore } from './chat.store.ts';

export interface ChatHistoryDeps {
  readonly store: Pick<ChatStore, 'heads' | 'tail'>;
  readonly log: Pick<ChatLog, 'before'>;
  readonly rooms: Pick<ChatRooms, 'compare'>;
}

/** Room for changes among the last entries, when lines are read. */
const CHANGES_AMONG = 50;

type NumberedLine = Numbered & { readonly entry: LineEntry };

/**
 * What was said before: from the live store as far as it goes, else from the database. Those who ask for the same before
 * anything new is said (who comes, who comes back from one outage) share one answer, read and written once.
 */
export class ChatHistoryReader {
  readonly #deps: ChatHistoryDeps;

  constructor(deps: ChatHistoryDeps) {
    this.#deps = deps;
  }

  /** @throws CodedError `unavailable` */
  read(room: ChatRoom, { epoch, afterSeq, beforeSeq, limit }: ChatHistoryRequest): Promise<PreparedJson<ChatHistory>> {
    if (beforeSeq !== undefined) return this.#page(room, beforeSeq, limit).then(prepared);
    if (afterSeq === undefined) return room.cache(`latest ${limit}`, () => this.#latest(room, limit, false).then(prepared));
    return room.cache(`${epoch} ${afterSeq} ${limit}`, () => this.#missed(room, { epoch, afterSeq, limit }).then(prepared));
  }

  async #missed(
    room: ChatRoom,
    { epoch, afterSeq, limit }: { readonly epoch: number | undefined; readonly afterSeq: number; readonly limit: number },
  ): Promise<ChatHistory> {
    const head = await this.#head(room);
    const isKnown = epoch === head.epoch && afterSeq >= head.epoch && afterSeq <= head.seq && head.seq - afterSeq <= limit;
    if (!isKnown) return this.#latest(room, Math.min(limit, CHAT_LATEST), true);
    const entries = await this.#deps.store.tail(room.sessionId, { afterSeq });
    const { lines, changes } = toldOf(entries);
    const seq = Math.max(head.seq, entries.at(-1)?.seq ?? 0);
    return { ...cursorOf(head, seq), lines, changes, gap: false, more: true };
  }

  async #latest(room: ChatRoom, limit: number, gap: boolean): Promise<ChatHistory> {
    const head = await this.#head(room);
    const { lines, more } = await this.#linesBefore(room.sessionId, head.seq + 1, limit, head);
    return { ...cursorOf(head, head.seq), lines: lines.map(toldLine), gap, more };
  }

  async #page(room: ChatRoom, beforeSeq: number, limit: number): Promise<ChatHistory> {
    const head = await this.#head(room);
    const { lines, more } = await this.#linesBefore(room.sessionId, beforeSeq, limit, head);
    return { ...cursorOf(head, lines.at(-1)?.seq ?? Math.max(0, beforeSeq - 1)), lines: lines.map(toldLine), gap: false, more };
  }

  /** Where the chat stands; opened anew where the store has lost it. */
  async #head(room: ChatRoom, isLast = false): Promise<ChatHead> {
    const { store, rooms } = this.#deps;
    const [head] = await store.heads([room.sessionId]);
    if (head) return head;
    if (isLast) throw tryAgain();
    await rooms.compare(room);
    return this.#head(room, true);
  }

  async #linesBefore(sessionId: string, beforeSeq: number, limit: number, { whole }: ChatHead) {
    const live = await this.#live(sessionId, beforeSeq, limit + 1);
    if (live.length > limit || whole) return { lines: live.slice(-limit), more: live.length > limit };
    try {
      const older = await this.#deps.log.before(sessionId, live[0]?.seq ?? beforeSeq, limit + 1 - live.length);
      const all = [...older.filter(isLine), ...live];
      return { lines: all.slice(-limit), more: all.length > limit };
    } catch (error) {
      if (live.length === 0 || !isUnavailable(error)) throw error;
      return { lines: live, more: true };
    }
  }

  async #live(sessionId: string, beforeSeq: number, max: number): Promise<NumberedLine[]> {
    const { store } = this.#deps;
    const some = await store.tail(sessionId, { beforeSeq, max: max + CHANGES_AMONG });
    const lines = some.filter(isLine);
    if (lines.length >= max || some.length < max + CHANGES_AMONG) return lines.slice(-max);
    return (await store.tail(sessionId, { beforeSeq, max: TAIL_MAX })).filter(isLine).slice(-max);
  }
}

const isLine = (numbered: Numbered): numbered is NumberedLine => numbered.entry.kind === 'line';
const toldLine = ({ seq, entry }: NumberedLine) => lineOf(seq, entry);
const cursorOf = ({ epoch, settings }: ChatHead, seq: number) => ({ epoch, seq, settings });
const prepared = (history: ChatHistory) => new PreparedJson<ChatHistory>(JSON.stringify(history));
