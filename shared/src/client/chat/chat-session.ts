import { canEditLine, canRemoveLine } from '../../chat/rights.ts';
import { Listeners } from '../../listeners.ts';
import type { ChatChange, ChatCommand, ChatLine, ChatResult, ProtocolError, QueueCause } from '../../protocol/index.ts';
import { hasRight } from '../../timeline/index.ts';
import type { TypedConnection } from '../connection/typed-connection.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { newOpId } from '../session/command-sender.ts';
import type { SessionNotice } from '../session/session-client.types.ts';
import type { SessionModel } from '../session/session-model.ts';
import type { ChatClient, ChatItem, ChatLineOptions, ChatOutcome, ChatState, SystemNote } from './chat.types.ts';
import { ChatLog, type Taken } from './chat-log.ts';
import { ChatSync } from './chat-sync.ts';
import { isAhead, type OwnPlace } from './hold-back.ts';
import { OutgoingLines, type PendingLine } from './outgoing-lines.ts';
import { COALESCE_WITHIN_MS, coalesced, noteOf, noteOfChange, noteOfQueue } from './system-notes.ts';
import { Typing } from './typing.ts';

type LineItem = Extract<ChatItem, { kind: 'line' }>;

type WithoutEnvelope<T> = T extends unknown ? Omit<T, 'sessionId' | 'opId'> : never;

export interface ChatSessionDeps {
  readonly connection: TypedConnection;
  readonly env: ClientEnvironment;
  readonly sessionId: string;
  readonly model: SessionModel;
  joined(): boolean;
  closed(): boolean;
  /** Where the party is now, in seconds; null before the first join. */
  targetPositionS(): number | null;
}

/** The chat of one session: what the connection brings goes into the log, and from there to listeners. */
export class ChatSession implements ChatClient {
  readonly #deps: ChatSessionDeps;
  readonly #changes = new Listeners();
  readonly #newLines = new Listeners<[LineItem]>();
  readonly #log = new ChatLog();
  readonly #sync: ChatSync;
  readonly #outgoing: OutgoingLines;
  readonly #typing: Typing;
  /** Numbers of lines that wait for the own picture, and whether they are new. Bound: the lines of the log. */
  readonly #held = new Map<number, { readonly isNew: boolean }>();
  /** Item of each line, for as long as the line is the same. */
  readonly #itemOf = new WeakMap<ChatLine, LineItem>();
  #nextLineAtMs = 0;
  #state: ChatState | null = null;

  readonly subscribe = this.#changes.add;
  readonly onLine = this.#newLines.add;

  constructor(deps: ChatSessionDeps) {
    this.#deps = deps;
    const { connection, env, sessionId } = deps;
    const joined = () => deps.joined();
    const onChange = () => this.#changed();
    const onTaken = (taken: Taken, isFirst: boolean) => this.#taken(taken, isFirst);
    this.#sync = new ChatSync({ connection, env, sessionId, log: this.#log, joined, onTaken, onChange });
    this.#outgoing = new OutgoingLines({
      connection,
      env,
      sessionId,
      joined,
      closed: () => deps.closed(),
      onTaken: (line, result) => this.#numbered(line, result),
      onRefused: (error) => this.#refused(error),
      onChange,
    });
    this.#typing = new Typing({ env, say: (on) => void connection.ask('chat:typing', { sessionId, on }), onChange });
    connection.on('chat:lines', (frame) => {
      if (frame.sessionId === sessionId) this.#sync.takeFrame(frame);
    });
    connection.on('chat:typing', (message) => {
      if (message.sessionId === sessionId && message.memberId !== deps.model.memberId) this.#typing.heard(message.memberId, message.on);
    });
  }

  get state(): ChatState {
    this.#state ??= this.#read();
    return this.#state;
  }

  // ── what happens to the session ────────────────────────────────────────────────────────────────────────────────

  joined(): void {
    this.#sync.joined();
    this.#changed();
  }

  lost(): void {
    this.#sync.lost();
    this.#typing.stop();
    this.#changed();
  }

  close(): void {
    this.#sync.stop();
    this.#typing.stop();
  }

  /** The own picture or the party moved, or rights changed. */
  moved(): void {
    const place = this.#held.size === 0 ? null : this.#place();
    const released = [...this.#held].flatMap(([seq, { isNew }]) => {
      const line = this.#log.get(seq);
      if (line !== null && isAhead(line, place)) return [];
      this.#held.delete(seq);
      return line === null ? [] : [{ line, isNew }];
    });
    if (released.length === 0 && this.#state?.canWrite === this.#canWrite) return;
    this.#changed();
    for (const { line, isNew } of released) if (isNew) this.#newLines.emit(this.#item(line));
  }

  noticed(notice: SessionNotice): void {
    const note = noteOf(notice);
    if (note !== null) this.#note(note);
  }

  queueChanged(cause: QueueCause): void {
    const note = noteOfQueue(cause);
    if (note !== null) this.#note(note);
  }

  // ── what a face does ───────────────────────────────────────────────────────────────────────────────────────────

  send(text: string, options: ChatLineOptions = {}): Promise<ChatOutcome> {
    this.#typing.own(false);
    return this.#outgoing.send(text, options, this.#nowMs());
  }

  retry(opId: string): Promise<ChatOutcome> {
    return this.#outgoing.retry(opId);
  }

  discard(opId: string): void {
    this.#outgoing.discard(opId);
  }

  edit(seq: number, text: string, mentions: readonly string[] = []): Promise<ChatOutcome> {
    return this.#command({ kind: 'edit', seq, text, ...(mentions.length === 0 ? {} : { mentions: [...mentions] }) });
  }

  remove(seq: number): Promise<ChatOutcome> {
    return this.#command({ kind: 'delete', seq });
  }

  clear(): Promise<ChatOutcome> {
    return this.#command({ kind: 'clear' });
  }

  setSlow(slowMs: number): Promise<ChatOutcome> {
    return this.#command({ kind: 'slow', slowMs });
  }

  setLinks(links: Extract<ChatCommand, { kind: 'links' }>['links']): Promise<ChatOutcome> {
    return this.#command({ kind: 'links', links });
  }

  canEdit(line: ChatLine): boolean {
    return canEditLine(line, this.#deps.model.memberId, this.#nowMs());
  }

  canRemove(line: ChatLine): boolean {
    const { memberId, isHost } = this.#deps.model;
    return canRemoveLine(line, memberId, isHost);
  }

  loadOlder(): Promise<void> {
    return this.#sync.loadOlder();
  }

  find(seq: number): Promise<ChatLine | null> {
    return this.#sync.find(seq);
  }

  typing(on: boolean): void {
    if (this.#deps.joined()) this.#typing.own(on);
  }

  // ── inside ─────────────────────────────────────────────────────────────────────────────────────────────────────

  async #command(body: WithoutEnvelope<ChatCommand>): Promise<ChatOutcome> {
    const { connection, env, sessionId } = this.#deps;
    const message = { ...body, sessionId, opId: newOpId(env) } as ChatCommand;
    let answer = await connection.ask('chat:command', message);
    // Whether it was carried out is not known; asking again with the same id is safe.
    if (!answer.ok && answer.error.code === 'unavailable' && connection.connected) answer = await connection.ask('chat:command', message);
    if (!answer.ok) return answer;
    const { seq, kept } = answer.data;
    return { ok: true, seq, ...(kept === false ? { kept } : {}) };
  }

  #taken({ lines, changes, dropped }: Taken, isFirst: boolean): void {
    const { memberId } = this.#deps.model;
    const place = this.#place();
    const shown: ChatLine[] = [];
    for (const line of lines) {
      if (line.memberId === memberId) {
        this.#outgoing.settled(line.opId);
        this.#wrote(line.atMs);
      }
      this.#typing.heard(line.memberId, false);
      if (line.memberId !== memberId && isAhead(line, place)) this.#held.set(line.seq, { isNew: !isFirst });
      else if (!isFirst) shown.push(line);
    }
    for (const change of changes) this.#noteChange(change);
    if (lines.length > 0 || changes.length > 0 || dropped > 0) this.#changed();
    for (const line of shown) this.#newLines.emit(this.#item(line));
  }

  #noteChange(change: ChatChange): void {
    const note = noteOfChange(change);
    if (note !== null) this.#note(note);
  }

  #note(note: SystemNote): void {
    const nowMs = this.#nowMs();
    const merged = this.#log.mergeNote((last, atMs) => (nowMs - atMs <= COALESCE_WITHIN_MS ? coalesced(last, note) : null));
    if (!merged) this.#log.note(note, nowMs);
    this.#changed();
  }

  /** An own line has its number: it is shown with it, though a large party may not be sent it. */
  #numbered(pending: PendingLine, { seq }: ChatResult): void {
    const { model } = this.#deps;
    const { memberId, playback } = model;
    this.#wrote(pending.atMs);
    if (memberId === null || playback === null || this.#log.get(seq) !== null) return;
    const line: ChatLine = {
      seq,
      opId: pending.opId,
      memberId,
      name: model.roster.nameOf(memberId) ?? '',
      look: model.roster.lookOf(memberId) ?? { colour: 0, emoji: '' },
      text: pending.text,
      atMs: pending.atMs,
      mediaId: playback.timeline.mediaId,
      positionS: this.#deps.targetPositionS() ?? 0,
      ...(pending.replyTo === null ? {} : { replyTo: pending.replyTo }),
      ...(pending.mentions.length === 0 ? {} : { mentions: pending.mentions }),
    };
    if (this.#log.put(line)) this.#newLines.emit(this.#item(line));
  }

  #wrote(atMs: number): void {
    const { slowMs } = this.#log.settings;
    if (slowMs > 0 && !this.#deps.model.isHost) this.#nextLineAtMs = Math.max(this.#nextLineAtMs, atMs + slowMs);
  }

  /** What is wrong with one line (its link, that it was said before) keeps nobody from writing another. */
  #refused({ code, retryAfterMs, reason }: ProtocolError): void {
    if (code === 'rate_limited' && retryAfterMs !== undefined && reason === undefined) this.#nextLineAtMs = this.#nowMs() + retryAfterMs;
  }

  #nowMs(): number {
    return this.#deps.connection.serverNowMs() ?? 0;
  }

  #place(): OwnPlace | null {
    const { model } = this.#deps;
    const ownS = model.health?.positionS ?? null;
    const partyS = this.#deps.targetPositionS();
    if (ownS === null || partyS === null || model.playback === null) return null;
    return { mediaId: model.playback.timeline.mediaId, ownS, partyS };
  }

  get #canWrite(): boolean {
    const { access, memberId } = this.#deps.model;
    return access !== null && memberId !== null && hasRight(access, memberId, 'chat', this.#nowMs());
  }

  #item(line: ChatLine): LineItem {
    const known = this.#itemOf.get(line);
    if (known !== undefined) return known;
    const { memberId } = this.#deps.model;
    const own = line.memberId === memberId;
    const answered = line.replyTo === undefined ? null : this.#log.get(line.replyTo);
    const mentionsYou = !own && memberId !== null && (line.mentions?.includes(memberId) === true || answered?.memberId === memberId);
    const item: LineItem = { kind: 'line', key: `l${line.seq}`, line, own, mentionsYou };
    this.#itemOf.set(line, item);
    return item;
  }

  #items(): readonly ChatItem[] {
    const items: ChatItem[] = [];
    const marks = this.#log.marks;
    let at = 0;
    for (const line of this.#log.lines) {
      for (let mark = marks[at]; mark !== undefined && mark.after < line.seq; mark = marks[++at]) items.push(mark.item);
      if (!this.#held.has(line.seq)) items.push(this.#item(line));
    }
    for (; at < marks.length; at += 1) items.push((marks[at] as (typeof marks)[number]).item);
    return [...items, ...this.#outgoing.all];
  }

  #read(): ChatState {
    const { settings, hasOlder } = this.#log;
    const { phase, isLoadingOlder } = this.#sync;
    return {
      phase,
      items: this.#items(),
      hasOlder,
      isLoadingOlder,
      heldCount: this.#held.size,
      settings,
      canWrite: this.#canWrite,
      nextLineAtMs: this.#nextLineAtMs > this.#nowMs() ? this.#nextLineAtMs : 0,
      typingIds: this.#typing.ids,
    };
  }

  /** The state is made when it is asked for: of several changes in a row once. */
  #changed(): void {
    this.#state = null;
    this.#changes.emit();
  }
}
