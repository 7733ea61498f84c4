import type { ChatClient, ReactionClient, SessionClient } from '@cowatch/shared/client';
import { Listeners } from '@cowatch/shared/listeners';
import type { ChatLine, ProtocolError } from '@cowatch/shared/protocol';

/** What somebody is writing: it outlives the panel it is written in. */
export interface Draft {
  readonly text: string;
  /** The line that it answers. */
  readonly replyTo: ChatLine | null;
  /** The own line that it is to become. */
  readonly editing: ChatLine | null;
}

export interface ChatRoomState {
  readonly draft: Draft;
  /** Lines of others since the chat was last in sight. */
  readonly unread: number;
  /** Own lines that the server has in its memory only, by `opId`. */
  readonly unsaved: ReadonlySet<string>;
  /** Why the last line could not be sent at all, or a line not be changed; null where nothing was refused. */
  readonly refused: Refused | null;
}

export interface Refused {
  readonly of: 'line' | 'change';
  readonly error: ProtocolError;
}

const NO_DRAFT: Draft = { text: '', replyTo: null, editing: null };
/** Bound: own lines that are remembered as unsaved; the oldest go. */
const UNSAVED_MAX = 50;

/** The chat of a party as one page shows it: beside what everybody has, what this person is writing and has not read. */
export class ChatRoom {
  readonly chat: ChatClient;
  readonly reactions: ReactionClient;
  readonly #changes = new Listeners();
  /** What was being written before an own line was changed. */
  #setAside: Draft = NO_DRAFT;
  /** The change that is being sent. */
  #saving: Draft | null = null;
  state: ChatRoomState = { draft: NO_DRAFT, unread: 0, unsaved: new Set(), refused: null };

  constructor(chat: ChatClient, reactions: ReactionClient) {
    this.chat = chat;
    this.reactions = reactions;
    chat.onLine(({ own }) => {
      if (!own) this.#set({ unread: this.state.unread + 1 });
    });
  }

  readonly subscribe = this.#changes.add;

  /** The chat is in sight. */
  readonly seen = (): void => {
    if (this.state.unread > 0) this.#set({ unread: 0 });
  };

  write(text: string): void {
    this.#set({ draft: { ...this.state.draft, text }, refused: null });
    this.chat.typing(text.trim() !== '' && this.state.draft.editing === null);
  }

  answer(replyTo: ChatLine | null): void {
    const { draft } = this.state;
    this.#set({ draft: { ...(draft.editing ? this.#setAside : draft), replyTo } });
  }

  /** Changes an own line; what was being written comes back afterwards. */
  change(line: ChatLine): void {
    if (this.state.draft.editing === null) this.#setAside = this.state.draft;
    this.#set({ draft: { text: line.text, replyTo: null, editing: line }, refused: null });
  }

  /** The last own line that can still be changed; null where there is none. */
  lastOwn(): ChatLine | null {
    const item = this.chat.state.items.findLast((each) => each.kind === 'line' && each.own);
    return item?.kind === 'line' && this.chat.canEdit(item.line) ? item.line : null;
  }

  /** Out of what the draft has to do with another line. */
  leave(): void {
    const { draft } = this.state;
    this.#set({ draft: draft.editing ? this.#setAside : { ...draft, replyTo: null }, refused: null });
  }

  /** Sends what is written, or changes the line it began as. @param mentions members whose names it has */
  submit(mentions: readonly string[]): void {
    const { text, replyTo, editing } = this.state.draft;
    if (text.trim() === '') return;
    this.chat.typing(false);
    if (editing) {
      void this.#edit(editing, text, mentions);
      return;
    }
    const before = this.#onTheirWay();
    const sending = this.chat.send(text, { ...(replyTo ? { replyTo: replyTo.seq } : {}), ...(mentions.length > 0 ? { mentions } : {}) });
    // One too many is not among those on their way: it stays in the box.
    if (this.#onTheirWay() > before) this.#set({ draft: NO_DRAFT, refused: null });
    void this.#note(sending, this.state.draft === NO_DRAFT);
  }

  async remove(line: ChatLine): Promise<void> {
    const outcome = await this.chat.remove(line.seq);
    if (!outcome.ok) this.#refuse('change', outcome.error);
  }

  /** What was typed stays until the line has it: of a change that is refused nothing is lost. */
  async #edit(line: ChatLine, text: string, mentions: readonly string[]): Promise<void> {
    const { draft } = this.state;
    if (text.trim() === line.text) {
      this.leave();
      return;
    }
    if (this.#saving === draft) return;
    this.#saving = draft;
    const outcome = await this.chat.edit(line.seq, text, mentions);
    if (this.#saving === draft) this.#saving = null;
    if (!outcome.ok) this.#refuse('change', outcome.error);
    else if (this.state.draft === draft) this.leave();
  }

  async #note(sending: ReturnType<ChatClient['send']>, isOnItsWay: boolean): Promise<void> {
    const outcome = await sending;
    if (!outcome.ok && !isOnItsWay) this.#refuse('line', outcome.error);
    if (!outcome.ok || outcome.kept !== false) return;
    const item = this.chat.state.items.findLast((each) => each.kind === 'line' && each.line.seq === outcome.seq);
    if (item?.kind !== 'line') return;
    this.#set({ unsaved: new Set([...this.state.unsaved, item.line.opId].slice(-UNSAVED_MAX)) });
  }

  #onTheirWay(): number {
    return this.chat.state.items.reduce((count, { kind }) => (kind === 'pending' ? count + 1 : count), 0);
  }

  #refuse(of: Refused['of'], error: ProtocolError): void {
    this.#set({ refused: { of, error } });
  }

  #set(change: Partial<ChatRoomState>): void {
    this.state = { ...this.state, ...change };
    this.#changes.emit();
  }
}

const rooms = new WeakMap<SessionClient, ChatRoom>();

/** The chat of a party on this page: the same for everything that shows it. */
export function roomOf(client: SessionClient): ChatRoom {
  const room = rooms.get(client) ?? new ChatRoom(client.chat, client.reactions);
  rooms.set(client, room);
  return room;
}
