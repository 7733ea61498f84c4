import { CHAT_FRAME_MS, CHAT_LIVE_MAX } from '@cowatch/shared/chat';
import { CodedError } from '@cowatch/shared/protocol';
import type { ClusterBus } from '../platform/socket/cluster-bus.ts';
import type { Members } from '../sessions/index.ts';
import { type Numbered, publishedSchema } from './chat.entries.ts';
import { HEAL_BATCH, IDLE_CHATS_MAX, IDLE_EVICT_MS, ORDER_HELD_MAX, ORDER_WAIT_MS, RETRY_MS } from './chat.limits.ts';
import type { ChatMetrics } from './chat.metrics.ts';
import { type ChatOpening, hasLost } from './chat.opening.ts';
import { ChatRoom, type Told } from './chat.room.ts';
import type { ChatCursor, ChatHead, ChatStore } from './chat.store.ts';
import type { ChatWriter } from './chat.writer.ts';

/** An entry, as instances publish it to each other. */
const ENTRY = 'chat:entry';

export interface ChatRoomsDeps {
  readonly store: ChatStore;
  readonly opening: Pick<ChatOpening, 'look' | 'open'>;
  readonly writer: Pick<ChatWriter, 'isUnsaved'>;
  readonly members: Pick<Members, 'tell' | 'tellMember' | 'count' | 'room'>;
  readonly bus: Pick<ClusterBus, 'publishToRoom' | 'subscribe' | 'subscribed'>;
  readonly metrics: Pick<ChatMetrics, 'dropped'>;
  /** Cluster milliseconds. */
  nowMs(): number;
}

/** A party with people here. */
interface Attended {
  sockets: number;
  /** From the first question on. */
  opened: Promise<ChatRoom> | null;
  room: ChatRoom | null;
  /** What other instances published while it was opened. */
  early: { readonly epoch: number; readonly numbered: Numbered }[];
  /** Generation of the store in which the room was last compared with it. */
  generation: number;
  filling: Promise<void> | null;
}

/**
 * Rooms of the parties that have people here. Bound: one for each; on a single node `IDLE_CHATS_MAX` chats of those that
 * were left lately.
 */
export class ChatRooms {
  readonly #deps: ChatRoomsDeps;
  readonly #attended = new Map<string, Attended>();
  /** Rooms with a frame or a gap. */
  readonly #pending = new Set<Attended>();
  /** On a single node: chats without people, and since when; the ones that were left first come first. */
  readonly #left = new Map<string, number>();

  constructor(deps: ChatRoomsDeps) {
    this.#deps = deps;
  }

  /** Takes what other instances publish; returns its stop. */
  listen(): () => void {
    return this.#deps.bus.subscribe(ENTRY, (message) => {
      const parsed = publishedSchema.safeParse(message);
      if (!parsed.success) return;
      const { sessionId, epoch, ...numbered } = parsed.data;
      this.#heard(sessionId, epoch, numbered);
    });
  }

  get size(): number {
    return this.#attended.size;
  }

  /** Rooms that are open here. */
  *all(): Iterable<ChatRoom> {
    for (const { room } of this.#attended.values()) if (room !== null) yield room;
  }

  joined(sessionId: string): void {
    const attended = this.#attended.get(sessionId);
    if (attended !== undefined) attended.sockets += 1;
    else this.#attended.set(sessionId, { sockets: 1, opened: null, room: null, early: [], generation: -1, filling: null });
    this.#left.delete(sessionId);
  }

  left(sessionId: string): void {
    const attended = this.#attended.get(sessionId);
    if (attended === undefined) return;
    attended.sockets -= 1;
    if (attended.sockets > 0) return;
    this.#attended.delete(sessionId);
    this.#pending.delete(attended);
    if (!this.#deps.store.isShared && attended.room !== null) this.#left.set(sessionId, this.#deps.nowMs());
  }

  /**
   * The room of a party with people here, as new as the store: nothing is decided before it was compared with a store that
   * may have lost something. @throws CodedError `unavailable`
   */
  async opened(sessionId: string): Promise<ChatRoom> {
    const attended = this.#attended.get(sessionId);
    if (attended === undefined) throw new CodedError('forbidden', 'You are not in this party.');
    attended.opened ??= this.#open(sessionId, attended);
    const room = await attended.opened;
    if (attended.generation !== this.#deps.store.generation) await this.compare(room);
    return room;
  }

  /** The room, if it is open here. */
  room(sessionId: string): ChatRoom | null {
    return this.#attended.get(sessionId)?.room ?? null;
  }

  /** Tells an entry that was appended here: to people here, and to the other instances. */
  tell(room: ChatRoom, epoch: number, numbered: Numbered): void {
    const { bus, members, nowMs } = this.#deps;
    const { sessionId } = room;
    bus.publishToRoom(members.room(sessionId), ENTRY, { sessionId, epoch, ...numbered });
    this.#send(room, room.take(epoch, [numbered], this.#isLarge(sessionId), nowMs()));
  }

  /** Compares a room with the store, and brings whichever is behind up to date. @throws CodedError `unavailable` */
  async compare(room: ChatRoom): Promise<void> {
    const { store } = this.#deps;
    const attended = this.#attended.get(room.sessionId);
    const { generation } = store;
    const known = cursorOf(room);
    const [head] = await store.heads([room.sessionId]);
    await this.#settle(room, known, head ?? null);
    if (attended !== undefined) attended.generation = generation;
  }

  /** The store does not have what people were told of this epoch: the chat is opened anew. @throws CodedError `unavailable` */
  async reopen(room: ChatRoom, lost: ChatCursor | null): Promise<void> {
    const head = await this.#deps.opening.open(room.sessionId, lost, room);
    room.reopened(head);
    this.#hint(room);
  }

  /** Frames that are due, and entries that are missing for too long. */
  beat(): void {
    const nowMs = this.#deps.nowMs();
    for (const attended of this.#pending) {
      const { room } = attended;
      if (room === null || !room.isPending) {
        this.#pending.delete(attended);
        continue;
      }
      const frame = room.takeFrame(nowMs, CHAT_FRAME_MS);
      if (frame !== null) this.#deps.members.tell(room.sessionId, 'chat:lines', { sessionId: room.sessionId, ...frame });
      const { missingSinceMs } = room;
      if (missingSinceMs !== null && nowMs - missingSinceMs >= ORDER_WAIT_MS) void this.#fillSoon(attended, room);
    }
  }

  /** Looks whether the store has entries that people here were not told, and frees the memory of a single node. */
  async heal(): Promise<void> {
    const { store, writer, nowMs } = this.#deps;
    for (const [sessionId, leftAtMs] of this.#left) {
      const isKept = nowMs() - leftAtMs < IDLE_EVICT_MS && this.#left.size <= IDLE_CHATS_MAX;
      if (isKept || writer.isUnsaved(sessionId)) continue;
      this.#left.delete(sessionId);
      await store.drop(sessionId);
    }
    if (!store.isShared) return;
    const { generation } = store;
    const rooms = [...this.all()];
    for (let i = 0; i < rooms.length; i += HEAL_BATCH) {
      const part = rooms.slice(i, i + HEAL_BATCH);
      const known = part.map(cursorOf);
      const heads = await store.heads(part.map(({ sessionId }) => sessionId));
      for (const [at, room] of part.entries()) {
        await this.#settle(room, known[at] ?? room, heads[at] ?? null);
        const attended = this.#attended.get(room.sessionId);
        if (attended?.room === room) attended.generation = generation;
      }
    }
  }

  /** The socket of a member has read everything: where the chat is, so that it asks for what it missed. */
  hintFor(sessionId: string): { readonly epoch: number; readonly afterSeq: number; readonly toSeq: number; readonly lines: [] } | null {
    const room = this.room(sessionId);
    return room === null ? null : { epoch: room.epoch, afterSeq: room.toldSeq, toSeq: room.toldSeq, lines: [] };
  }

  async #open(sessionId: string, attended: Attended): Promise<ChatRoom> {
    const { store, opening, bus, members, nowMs } = this.#deps;
    try {
      // What others publish from now on is heard here, or is in the store by the time that is asked.
      await bus.subscribed(members.room(sessionId));
      const { generation } = store;
      const room = new ChatRoom(sessionId, await opening.look(sessionId), nowMs());
      attended.room = room;
      attended.generation = generation;
      for (const { epoch, numbered } of attended.early.splice(0)) this.#heard(sessionId, epoch, numbered);
      return room;
    } catch (error) {
      attended.opened = null;
      attended.early = [];
      throw error;
    }
  }

  #heard(sessionId: string, epoch: number, numbered: Numbered): void {
    const attended = this.#attended.get(sessionId);
    if (attended === undefined) return;
    if (attended.room === null) {
      if (attended.opened !== null && attended.early.length < ORDER_HELD_MAX) attended.early.push({ epoch, numbered });
      return;
    }
    const { room } = attended;
    const isNew = epoch > room.epoch;
    this.#send(room, room.take(epoch, [numbered], this.#isLarge(sessionId), this.#deps.nowMs()));
    if (isNew) this.#hint(room);
  }

  /** @param known where the room was when the store was asked: what it was told meanwhile is not lost. */
  async #settle(room: ChatRoom, known: ChatCursor, head: ChatHead | null): Promise<void> {
    if (head === null || hasLost(known, head)) return this.reopen(room, head);
    if (head.epoch > room.epoch) {
      room.reopened(head);
      this.#hint(room);
    } else if (head.seq > room.seq) await this.#fill(room);
  }

  #fillSoon(attended: Attended, room: ChatRoom): Promise<void> {
    attended.filling ??= this.#fill(room)
      .catch(() => {})
      .finally(() => {
        attended.filling = null;
      });
    return attended.filling;
  }

  /** Tells people here what the store has and they were not told. */
  async #fill(room: ChatRoom): Promise<void> {
    const { store, nowMs } = this.#deps;
    const { sessionId, epoch, seq } = room;
    const [head] = await store.heads([sessionId]);
    if (!head || head.epoch !== epoch) return;
    const entries = await store.tail(sessionId, { afterSeq: seq });
    this.#send(room, room.fill(epoch, entries, head.seq, this.#isLarge(sessionId), nowMs()));
  }

  #send(room: ChatRoom, { frames, aside }: Told): void {
    const { members, metrics, nowMs } = this.#deps;
    const { sessionId, epoch } = room;
    for (const frame of frames) members.tell(sessionId, 'chat:lines', { sessionId, ...frame });
    for (const { memberIds, line } of aside) {
      for (const memberId of memberIds) members.tellMember(sessionId, memberId, 'chat:lines', { sessionId, epoch, lines: [line] });
    }
    if (aside.length > 0) metrics.dropped(aside.length);
    const first = room.takeFrame(nowMs(), CHAT_FRAME_MS);
    if (first !== null) members.tell(sessionId, 'chat:lines', { sessionId, ...first });
    const attended = this.#attended.get(sessionId);
    if (attended !== undefined && room.isPending) this.#pending.add(attended);
  }

  /** Tells people here that the chat is another, so that they ask for it. */
  #hint(room: ChatRoom): void {
    const { sessionId, epoch, seq } = room;
    this.#deps.members.tell(sessionId, 'chat:lines', { sessionId, epoch, afterSeq: seq, toSeq: seq, lines: [] });
  }

  #isLarge(sessionId: string): boolean {
    return this.#deps.members.count(sessionId) > CHAT_LIVE_MAX;
  }
}

const cursorOf = ({ epoch, seq }: ChatRoom): ChatCursor => ({ epoch, seq });

export const tryAgain = () => new CodedError('unavailable', 'Not possible right now. Try again in a moment.', RETRY_MS);
