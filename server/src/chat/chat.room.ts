import { isShownToAll, SlowMode } from '@cowatch/shared/chat';
import type { ChatChange, ChatFrame, ChatHistory, ChatLine, ChatSettings } from '@cowatch/shared/protocol';
import type { PreparedJson } from '../platform/socket/prepared-json.ts';
import { changeOf, lineOf, type Numbered } from './chat.entries.ts';
import { CACHED_ANSWERS_MAX, CACHED_ANSWERS_MAX_CHARS, ORDER_HELD_MAX } from './chat.limits.ts';
import type { ChatHead } from './chat.store.ts';

/** A frame with so many changes does not wait for its time. */
const FRAME_CHANGES_MAX = 200;

/** A line that a large party is not sent, and who is sent it all the same. */
export interface AsideLine {
  readonly memberIds: readonly string[];
  readonly line: ChatLine;
}

/** What people here are to be told. */
export interface Told {
  readonly frames: readonly ChatFrame[];
  readonly aside: readonly AsideLine[];
}

interface Gathered {
  readonly afterSeq: number;
  readonly lines: ChatLine[];
  readonly changes: ChatChange[];
  dropped: number;
}

/**
 * The chat of one party as an instance tells it to its people: entries in the order of their numbers, one frame each in a
 * party that is not large, else gathered into frames. It holds no history. Bounds: `ORDER_HELD_MAX` entries that came out of
 * order; `CHAT_FRAME_LINES` lines a frame and those of hosts; `CACHED_ANSWERS_MAX` answers of `CACHED_ANSWERS_MAX_CHARS`.
 */
export class ChatRoom {
  readonly sessionId: string;
  readonly slowMode: SlowMode;
  /** Answers to those who ask for the same; none outlives the next entry. */
  readonly answers = new Map<string, Promise<PreparedJson<ChatHistory>>>();
  #answersChars = 0;
  #epoch: number;
  #seq: number;
  #settings: ChatSettings;
  /** Entries that overtook one of before, by number. */
  readonly #early = new Map<number, Numbered>();
  #earlySinceMs: number | null = null;
  #gathered: Gathered | null = null;
  #framedAtMs = Number.NEGATIVE_INFINITY;

  constructor(sessionId: string, { epoch, seq, settings }: ChatHead, nowMs: number) {
    this.sessionId = sessionId;
    this.slowMode = new SlowMode(nowMs);
    this.#epoch = epoch;
    this.#seq = seq;
    this.#settings = settings;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Number of the last entry that people here were told, or will be with the next frame. */
  get seq(): number {
    return this.#seq;
  }

  /** The cursor that people here have been told of. */
  get toldSeq(): number {
    return this.#gathered?.afterSeq ?? this.#seq;
  }

  get settings(): ChatSettings {
    return this.#settings;
  }

  /** Since when an entry is missing that came before others; null while none is. */
  get missingSinceMs(): number | null {
    return this.#earlySinceMs;
  }

  /** Is a frame being gathered, or an entry missing? */
  get isPending(): boolean {
    return this.#gathered !== null || this.#early.size > 0;
  }

  cache(key: string, ask: () => Promise<PreparedJson<ChatHistory>>): Promise<PreparedJson<ChatHistory>> {
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const answer = ask();
    if (this.answers.size >= CACHED_ANSWERS_MAX) this.#forgetAnswers();
    this.answers.set(key, answer);
    answer.then(
      ({ text }) => {
        if (this.answers.get(key) !== answer) return;
        this.#answersChars += text.length;
        if (this.#answersChars > CACHED_ANSWERS_MAX_CHARS) this.#forgetAnswers();
      },
      () => this.answers.delete(key),
    );
    return answer;
  }

  #forgetAnswers(): void {
    this.answers.clear();
    this.#answersChars = 0;
  }

  /** The chat is another: numbers begin anew above all of before. */
  reopened({ epoch, seq, settings }: ChatHead): void {
    if (epoch <= this.#epoch) return;
    this.#epoch = epoch;
    this.#seq = seq;
    this.#settings = settings;
    this.#early.clear();
    this.#earlySinceMs = null;
    this.#gathered = null;
    this.#forgetAnswers();
  }

  /**
   * Takes entries of this instance or of another, in any order, once or several times.
   * @param isLarge is the party so large that it is told in frames?
   */
  take(epoch: number, entries: readonly Numbered[], isLarge: boolean, nowMs: number): Told {
    const frames: ChatFrame[] = [];
    const aside: AsideLine[] = [];
    // Numbers of an epoch begin right above it.
    if (epoch > this.#epoch) this.reopened({ epoch, seq: epoch, settings: this.#settings, whole: false });
    if (epoch < this.#epoch) return { frames, aside };
    for (const numbered of entries) {
      if (numbered.seq > this.#seq && this.#early.size < ORDER_HELD_MAX) this.#early.set(numbered.seq, numbered);
    }
    for (let next = this.#early.get(this.#seq + 1); next !== undefined; next = this.#early.get(this.#seq + 1)) {
      this.#early.delete(next.seq);
      this.#tell(next, isLarge, frames, aside, nowMs);
    }
    if (this.#early.size === 0) this.#earlySinceMs = null;
    else this.#earlySinceMs ??= nowMs;
    return { frames, aside };
  }

  /**
   * Takes what the store has behind the last entry told, up to this number: what is not among it is gone.
   * @param entries oldest first
   */
  fill(epoch: number, entries: readonly Numbered[], toSeq: number, isLarge: boolean, nowMs: number): Told {
    const frames: ChatFrame[] = [];
    const aside: AsideLine[] = [];
    if (epoch !== this.#epoch) return { frames, aside };
    for (const numbered of entries) {
      if (numbered.seq > this.#seq && numbered.seq <= toSeq) this.#tell(numbered, isLarge, frames, aside, nowMs);
    }
    if (toSeq > this.#seq) {
      if (this.#gathered === null) frames.push({ epoch, afterSeq: this.#seq, toSeq, lines: [] });
      this.#seq = toSeq;
    }
    for (const early of this.#early.keys()) if (early <= this.#seq) this.#early.delete(early);
    const rest = this.take(epoch, [], isLarge, nowMs);
    return { frames: [...frames, ...rest.frames], aside: [...aside, ...rest.aside] };
  }

  /** The frame that was gathered, if it is time for it; null where none was. */
  takeFrame(nowMs: number, intervalMs: number): ChatFrame | null {
    if (this.#gathered === null) return null;
    if (nowMs - this.#framedAtMs < intervalMs && this.#gathered.changes.length < FRAME_CHANGES_MAX) return null;
    const { afterSeq, lines, changes, dropped } = this.#gathered;
    this.#gathered = null;
    this.#framedAtMs = nowMs;
    const more = { ...(changes.length === 0 ? {} : { changes }), ...(dropped === 0 ? {} : { dropped }) };
    return { epoch: this.#epoch, afterSeq, toSeq: this.#seq, lines, ...more };
  }

  #tell({ seq, rank, entry }: Numbered, isLarge: boolean, frames: ChatFrame[], aside: AsideLine[], nowMs: number): void {
    const afterSeq = this.#seq;
    this.#seq = seq;
    this.#forgetAnswers();
    if (entry.kind === 'settings') {
      if (entry.settings.slowMs !== this.#settings.slowMs) this.slowMode.changed(nowMs);
      this.#settings = entry.settings;
    }
    if (entry.kind === 'line') this.slowMode.heard(entry.atMs);
    // What was gathered while the party was large goes first.
    if (!isLarge && this.#gathered === null) {
      const told = entry.kind === 'line' ? { lines: [lineOf(seq, entry)] } : { lines: [], changes: [changeOf(seq, entry)] };
      frames.push({ epoch: this.#epoch, afterSeq, toSeq: seq, ...told });
      return;
    }
    this.#gathered ??= { afterSeq, lines: [], changes: [], dropped: 0 };
    if (entry.kind !== 'line') this.#gathered.changes.push(changeOf(seq, entry));
    else if (!isLarge || isShownToAll(rank, entry.host)) this.#gathered.lines.push(lineOf(seq, entry));
    else {
      this.#gathered.dropped += 1;
      aside.push({ memberIds: [...new Set([entry.memberId, ...(entry.mentions ?? [])])], line: lineOf(seq, entry) });
    }
  }
}
