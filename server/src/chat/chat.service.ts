import { canEditLine, canRemoveLine, windowOf } from '@cowatch/shared/chat';
import { type ChatCommand, type ChatLine, type ChatResult, type ChatSend, type ChatSettings, CodedError } from '@cowatch/shared/protocol';
import { playbackPositionAt } from '@cowatch/shared/timeline';
import type { EventBus } from '../platform/events/event-bus.ts';
import type { Member, Members } from '../sessions/index.ts';
import { changedBy, type Entry, type LineEntry, lineOf, type Numbered } from './chat.entries.ts';
import { APPEND_RETRIES, TAIL_MAX } from './chat.limits.ts';
import type { ChatLog } from './chat.log.ts';
import type { ChatMetrics } from './chat.metrics.ts';
import type { ChatRoom } from './chat.room.ts';
import { type ChatRooms, tryAgain } from './chat.rooms.ts';
import type { ChatStore, NewEntry } from './chat.store.ts';
import type { ChatWriter } from './chat.writer.ts';
import type { ChatWriters } from './chat.writers.ts';

declare module '../platform/events/event-bus.ts' {
  interface EventMap {
    /** A line was said, on the instance that took it; it may not be durable yet. */
    'chat.line': { readonly sessionId: string; readonly line: ChatLine };
  }
}

export interface ChatServiceDeps {
  readonly store: ChatStore;
  readonly log: Pick<ChatLog, 'line' | 'withdraw'>;
  readonly writer: Pick<ChatWriter, 'write' | 'note' | 'isUnsaved'>;
  readonly rooms: ChatRooms;
  readonly writers: ChatWriters;
  readonly members: Pick<Members, 'playback'>;
  readonly events: Pick<EventBus, 'emit'>;
  readonly metrics: ChatMetrics;
}

/** Who does something in a chat. */
export interface ChatActor extends Pick<Member, 'sessionId' | 'memberId' | 'name' | 'look' | 'role'> {
  readonly viewerId: string;
}

/** An entry that stands in the store, by this call or by an earlier one of the same id. */
interface Placed {
  readonly epoch: number;
  readonly numbered: Numbered;
  readonly isRepeat: boolean;
}

/** Chat: load → decide → append (which numbers it) → tell → write down → answer. */
export class ChatService {
  readonly #deps: ChatServiceDeps;

  constructor(deps: ChatServiceDeps) {
    this.#deps = deps;
  }

  /** Says a line. @throws CodedError `rate_limited`, `forbidden` (a link), `unavailable` */
  async send(actor: ChatActor, { sessionId, opId, text, replyTo, mentions }: ChatSend, nowMs: number): Promise<ChatResult> {
    const { rooms, writers, members, events, metrics } = this.#deps;
    const room = await rooms.opened(sessionId);
    const host = isHostOf(actor);
    try {
      writers.admit(sessionId, actor.memberId, { opId, text, isHost: host }, room.settings, nowMs);
    } catch (error) {
      metrics.line(error instanceof CodedError ? error.code : 'internal');
      throw error;
    }
    const playback = members.playback(sessionId);
    if (playback === null) throw tryAgain();
    const entry: LineEntry = {
      kind: 'line',
      ...by(actor, opId, nowMs),
      memberId: actor.memberId,
      name: actor.name,
      look: actor.look,
      text,
      mediaId: playback.timeline.mediaId,
      positionS: playbackPositionAt(playback, nowMs),
      host,
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(mentions === undefined || mentions.length === 0 ? {} : { mentions: [...new Set(mentions)] }),
    };
    const { result, placed } = await this.#carryOut(room, { entry, window: windowOf(nowMs) });
    metrics.line(placed.isRepeat ? 'repeat' : 'taken');
    if (!placed.isRepeat) events.emit('chat.line', { sessionId, line: lineOf(placed.numbered.seq, entry) });
    return result;
  }

  /** @throws CodedError `forbidden`, `not_found`, `unavailable`, `conflict` */
  async command(actor: ChatActor, command: ChatCommand, nowMs: number): Promise<ChatResult> {
    const { rooms, writers } = this.#deps;
    const { sessionId, opId } = command;
    const room = await rooms.opened(sessionId);
    const host = isHostOf(actor);
    if (command.kind !== 'edit' && command.kind !== 'delete' && !host) throw new CodedError('forbidden', 'Only hosts may do this.');
    const window = windowOf(nowMs);
    const base = by(actor, opId, nowMs);
    switch (command.kind) {
      case 'edit': {
        const { seq, text, mentions } = command;
        const line = await this.#line(sessionId, seq);
        if (!canEditLine(line, actor.memberId, nowMs)) throw new CodedError('forbidden', 'This cannot be edited any more.');
        const unslowed: ChatSettings = { ...room.settings, slowMs: 0 };
        writers.admit(sessionId, actor.memberId, { opId, text, isHost: host }, unslowed, nowMs);
        const entry: Entry = { kind: 'edited', ...base, memberId: actor.memberId, target: seq, text, ...(mentions ? { mentions } : {}) };
        const replaced = new Map([[seq, changedBy(entry, seq, line)]]);
        return (await this.#carryOut(room, { entry, window, replaced }, [{ seq, rank: 0, entry: line }])).result;
      }
      case 'delete': {
        const line = await this.#line(sessionId, command.seq);
        if (!canRemoveLine(line, actor.memberId, host)) throw new CodedError('forbidden', 'Only hosts may do this.');
        const removal = await this.#removal(sessionId, base, actor.name, [command.seq], window);
        return (await this.#carryOut(room, removal, [{ seq: command.seq, rank: 0, entry: line }])).result;
      }
      case 'clear': {
        const entry: Entry = { kind: 'cleared', ...base, name: actor.name };
        const before = await this.#deps.store.tail(sessionId, { afterSeq: 0 });
        return (await this.#carryOut(room, { entry, window, clears: true }, before)).result;
      }
      case 'slow':
        return this.#set(room, base, actor.name, (settings) => ({ ...settings, slowMs: command.slowMs, slowBy: 'hosts' }), window);
      case 'links':
        return this.#set(room, base, actor.name, (settings) => ({ ...settings, links: command.links }), window);
    }
  }

  /** Slow mode by itself, where it is due; several instances come to it, and one commits it. */
  async keepPace(room: ChatRoom, nowMs: number): Promise<void> {
    const { settings } = room;
    const slowMs = room.slowMode.due(settings, nowMs);
    if (slowMs === null) return;
    const opId = `crowd-${Math.floor(nowMs)}-${slowMs}`;
    const next: ChatSettings = { ...settings, slowMs, slowBy: slowMs === 0 ? 'hosts' : 'crowd' };
    const entry: Entry = { kind: 'settings', opId, memberId: null, viewerId: null, atMs: nowMs, name: null, settings: next };
    try {
      await this.#carryOut(room, { entry, window: windowOf(nowMs), settingsAsOf: settings });
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
    }
  }

  /**
   * Takes lines of somebody who left nothing behind out of the live chat; nobody is named. Returns whether there were lines
   * beside these that were not written down yet: they are now.
   * @throws CodedError `unavailable`
   */
  async forget(sessionId: string, viewerId: string, seqs: readonly number[], nowMs: number): Promise<boolean> {
    const { store, rooms } = this.#deps;
    const [head] = await store.heads([sessionId]);
    if (!head) return false;
    const room = rooms.room(sessionId);
    const tail = await store.tail(sessionId, { afterSeq: 0 });
    const unwritten = tail.filter(({ seq, entry }) => entry.kind === 'line' && entry.viewerId === viewerId && !seqs.includes(seq));
    const all = [...seqs, ...unwritten.map(({ seq }) => seq)];
    for (let from = 0; from < all.length; from += TAIL_MAX) {
      const part = all.slice(from, from + TAIL_MAX);
      const base = { opId: `erase-${Math.floor(nowMs)}-${part[0]}`, memberId: null, viewerId: null, atMs: nowMs };
      const removal = await this.#removal(sessionId, base, null, part, windowOf(nowMs));
      if (room !== null) await this.#carryOut(room, removal, unwritten);
      else await store.append(sessionId, removal);
    }
    return room !== null && unwritten.length > 0;
  }

  /** Lines go with what they were edited to. */
  async #removal(
    sessionId: string,
    base: Pick<Entry, 'opId' | 'memberId' | 'viewerId' | 'atMs'>,
    name: string | null,
    targets: readonly number[],
    window: number,
  ): Promise<NewEntry> {
    const entry: Entry = { kind: 'deleted', ...base, name, targets: [...targets] };
    const tail = await this.#deps.store.tail(sessionId, { afterSeq: Math.min(...targets) });
    const edits = tail.filter((one) => one.entry.kind === 'edited' && targets.includes(one.entry.target));
    return { entry, window, replaced: new Map([...targets, ...edits.map(({ seq }) => seq)].map((seq) => [seq, null])) };
  }

  async #set(
    room: ChatRoom,
    base: ReturnType<typeof by>,
    name: string,
    change: (settings: ChatSettings) => ChatSettings,
    window: number,
  ): Promise<ChatResult> {
    for (let attempt = 0; attempt < APPEND_RETRIES; attempt += 1) {
      const [head] = await this.#deps.store.heads([room.sessionId]);
      const before = head?.settings ?? room.settings;
      const entry: Entry = { kind: 'settings', ...base, name, settings: change(before) };
      try {
        return (await this.#carryOut(room, { entry, window, settingsAsOf: before })).result;
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== 'conflict') throw error;
      }
    }
    throw tryAgain();
  }

  async #line(sessionId: string, seq: number): Promise<LineEntry> {
    const { store, log } = this.#deps;
    const [live] = await store.tail(sessionId, { beforeSeq: seq + 1, max: 1 });
    const line = live?.seq === seq ? live.entry : await log.line(sessionId, seq);
    if (line?.kind !== 'line') throw new CodedError('not_found', 'This line is not there any more.');
    return line;
  }

  /**
   * Appends, tells and writes down, with the lines that it is about. Its number holds once it is durable: a store that went
   * back has given it twice.
   */
  async #carryOut(
    room: ChatRoom,
    newEntry: NewEntry,
    about: readonly Numbered[] = [],
  ): Promise<{ readonly result: ChatResult; readonly placed: Placed }> {
    const { store, writer, log, rooms, metrics } = this.#deps;
    const { sessionId } = room;
    const rowsAbout = about.map((one) => ({ sessionId, ...one }));
    for (let attempt = 0; attempt < APPEND_RETRIES; attempt += 1) {
      const placed = await this.#place(room, newEntry);
      const { epoch, numbered } = placed;
      const outcome =
        placed.isRepeat && !(await this.#isThere(sessionId, numbered.seq))
          ? 'written'
          : await writer.write({ sessionId, ...numbered }, rowsAbout);
      if (outcome === 'taken') {
        await this.#reopen(room, epoch);
        continue;
      }
      if (store.isShared && !(await this.#survived(sessionId, epoch, numbered.seq))) {
        await rooms.compare(room);
        const again = await this.#place(room, newEntry);
        if (again.numbered.seq !== numbered.seq) {
          await log.withdraw(sessionId, numbered.seq).catch(() => {});
          continue;
        }
      }
      if (outcome === 'unsaved') metrics.notKept();
      return { result: { epoch, seq: numbered.seq, ...(outcome === 'unsaved' ? { kept: false as const } : {}) }, placed };
    }
    throw tryAgain();
  }

  /** The chat of this epoch gives numbers that are given already. */
  async #reopen(room: ChatRoom, epoch: number): Promise<void> {
    const [head] = await this.#deps.store.heads([room.sessionId]);
    if (head?.epoch === epoch) await this.#deps.rooms.reopen(room, head);
  }

  /** @throws CodedError `conflict` where the settings are others by now; `unavailable` */
  async #place(room: ChatRoom, newEntry: NewEntry): Promise<Placed> {
    const { store, rooms } = this.#deps;
    const { sessionId } = room;
    for (let attempt = 0; attempt < APPEND_RETRIES; attempt += 1) {
      await rooms.opened(sessionId);
      const appended = await store.append(sessionId, newEntry);
      if (appended.kind === 'conflict') throw new CodedError('conflict', 'The chat was changed meanwhile.');
      if (appended.kind === 'absent') {
        await rooms.reopen(room, null);
        continue;
      }
      const { epoch, seq } = appended;
      if (appended.kind === 'repeat') {
        const [there] = await store.tail(sessionId, { beforeSeq: seq + 1, max: 1 });
        const numbered = there?.seq === seq ? there : { seq, rank: 0, entry: newEntry.entry };
        return { epoch, numbered, isRepeat: true };
      }
      const numbered = { seq, rank: appended.rank, entry: newEntry.entry };
      rooms.tell(room, epoch, numbered);
      return { epoch, numbered, isRepeat: false };
    }
    throw tryAgain();
  }

  /**
   * Is the chat still open that gave an entry its number, now that the entry is durable? Where the store lost it meanwhile,
   * another instance may have opened it anew out of the database before the entry was there.
   */
  async #survived(sessionId: string, epoch: number, seq: number): Promise<boolean> {
    const [head] = await this.#deps.store.heads([sessionId]);
    return head?.epoch === epoch && head.seq >= seq;
  }

  async #isThere(sessionId: string, seq: number): Promise<boolean> {
    const [live] = await this.#deps.store.tail(sessionId, { beforeSeq: seq + 1, max: 1 });
    return live?.seq === seq;
  }
}

const isHostOf = ({ role }: Pick<ChatActor, 'role'>) => role !== 'member';

const by = ({ memberId, viewerId }: ChatActor, opId: string, atMs: number) => ({ opId, memberId, viewerId, atMs });
