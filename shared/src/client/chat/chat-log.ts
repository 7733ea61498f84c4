import type { ChatChange, ChatFrame, ChatHistory, ChatLine, ChatSettings } from '../../protocol/index.ts';
import type { ChatItem, SystemNote } from './chat.types.ts';

/** Most lines that are kept here, and most marks between them; the oldest go. */
export const CHAT_ITEMS_MAX = 2000;
const MARKS_MAX = 300;

export const DEFAULT_CHAT_SETTINGS: ChatSettings = { slowMs: 0, slowBy: 'hosts', links: 'present' };

/** Between two lines: behind the line `after`. */
type Mark = { readonly after: number; readonly item: Exclude<ChatItem, { kind: 'line' | 'pending' }> };

/** What a frame or an answer brought. */
export interface Taken {
  /** Lines that were not known before. */
  readonly lines: readonly ChatLine[];
  /** Changes that were not known before. */
  readonly changes: readonly ChatChange[];
  /** So many lines were left out. */
  readonly dropped: number;
  /** Something was missed: ask what came behind the cursor. */
  readonly missed: boolean;
}

const NOTHING: Taken = { lines: [], changes: [], dropped: 0, missed: false };

/**
 * Lines of a chat in the order of their numbers, as far as they are known here, and the cursor up to which nothing was
 * missed. Bounds: `CHAT_ITEMS_MAX` lines, `MARKS_MAX` marks.
 */
export class ChatLog {
  #lines: ChatLine[] = [];
  #marks: Mark[] = [];
  #epoch: number | null = null;
  #cursor = 0;
  #hasOlder = false;
  #settings = DEFAULT_CHAT_SETTINGS;
  #keys = 0;

  get lines(): readonly ChatLine[] {
    return this.#lines;
  }

  get marks(): readonly Mark[] {
    return this.#marks;
  }

  get cursor(): { readonly epoch: number; readonly afterSeq: number } | null {
    return this.#epoch === null ? null : { epoch: this.#epoch, afterSeq: this.#cursor };
  }

  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  get settings(): ChatSettings {
    return this.#settings;
  }

  get(seq: number): ChatLine | null {
    const at = this.#indexOf(seq);
    const line = this.#lines[at];
    return line?.seq === seq ? line : null;
  }

  /** Takes the latest lines, or what was missed behind the cursor. */
  takeLatest(answer: ChatHistory): Taken {
    const isFirst = this.#epoch === null;
    if (answer.gap && !isFirst) this.#bridge(answer);
    if (isFirst || answer.gap) this.#hasOlder = answer.more || (!isFirst && this.#hasOlder);
    this.#epoch = answer.epoch;
    this.#settings = answer.settings;
    const changes = this.#change(answer.changes ?? []);
    const lines = this.#add(answer.lines);
    this.#cursor = Math.max(answer.gap ? 0 : this.#cursor, answer.seq);
    return { ...NOTHING, lines, changes };
  }

  /** Takes a page of lines before the first one. */
  takeOlder(answer: ChatHistory): void {
    this.#add(answer.lines, true);
    this.#hasOlder = answer.more;
  }

  takeFrame(frame: ChatFrame): Taken {
    if (this.#epoch === null) return NOTHING;
    if (frame.epoch !== this.#epoch) return frame.epoch < this.#epoch ? NOTHING : { ...NOTHING, missed: true };
    const { afterSeq, toSeq } = frame;
    if (afterSeq === undefined || toSeq === undefined) return { ...NOTHING, lines: this.#add(frame.lines) };
    if (afterSeq > this.#cursor) return { ...NOTHING, missed: true };
    const lines = this.#add(frame.lines);
    const changes = this.#change((frame.changes ?? []).filter(({ seq }) => seq > this.#cursor));
    const dropped = toSeq > this.#cursor ? (frame.dropped ?? 0) : 0;
    if (dropped > 0) this.#dropped(dropped, toSeq);
    this.#cursor = Math.max(this.#cursor, toSeq);
    return { ...NOTHING, lines, changes, dropped };
  }

  /** Adds a line that is known to be there, whether or not all before it are. */
  put(line: ChatLine): boolean {
    return this.#add([line]).length > 0;
  }

  note(note: SystemNote, atMs: number): void {
    this.#mark({ kind: 'system', key: this.#key(), atMs, note });
  }

  /** Puts another note in the place of the last thing there is, if `merge` makes one of it. */
  mergeNote(merge: (last: SystemNote, atMs: number) => SystemNote | null): boolean {
    const last = this.#marks.at(-1);
    if (last?.item.kind !== 'system' || last.after < (this.#lines.at(-1)?.seq ?? 0)) return false;
    const note = merge(last.item.note, last.item.atMs);
    if (note === null) return false;
    this.#marks[this.#marks.length - 1] = { ...last, item: { ...last.item, note } };
    return true;
  }

  /** The lines that the answer does not follow on: where it overlaps, what it does not have was never acknowledged. */
  #bridge({ lines, seq }: ChatHistory): void {
    const first = lines[0];
    const newest = this.#lines.at(-1);
    if (first === undefined) {
      this.#lines = [];
      this.#marks = [];
      return;
    }
    if (newest === undefined) return;
    if (newest.seq < first.seq) {
      this.#mark({ kind: 'gap', key: this.#key() });
      return;
    }
    const there = new Set(lines.map((line) => line.seq));
    this.#lines = this.#lines.filter((line) => line.seq < first.seq || there.has(line.seq) || line.seq > seq);
  }

  #add(incoming: readonly ChatLine[], older = false): ChatLine[] {
    const added: ChatLine[] = [];
    for (const line of incoming) {
      const at = this.#indexOf(line.seq);
      if (this.#lines[at]?.seq === line.seq) this.#lines[at] = line;
      else {
        this.#lines.splice(at, 0, line);
        added.push(line);
      }
    }
    // Older ones were asked for: it is the newest that they do not push out.
    if (!older && this.#lines.length > CHAT_ITEMS_MAX) {
      this.#lines.splice(0, this.#lines.length - CHAT_ITEMS_MAX);
      this.#hasOlder = true;
      this.#trimMarks();
    }
    return added;
  }

  #change(changes: readonly ChatChange[]): readonly ChatChange[] {
    for (const change of changes) {
      if (change.kind === 'edited') this.#edit(change);
      else if (change.kind === 'deleted') this.#remove(new Set(change.targets));
      else if (change.kind === 'cleared') {
        this.#lines = this.#lines.filter(({ seq }) => seq > change.seq);
        this.#marks = this.#marks.filter(({ after }) => after > change.seq);
        this.#hasOlder = false;
      } else this.#settings = change.settings;
    }
    return changes;
  }

  #edit({ target, text, atMs, mentions }: Extract<ChatChange, { kind: 'edited' }>): void {
    const at = this.#indexOf(target);
    const line = this.#lines[at];
    if (line?.seq !== target) return;
    const { mentions: _, ...rest } = line;
    this.#lines[at] = { ...rest, text, editedAtMs: atMs, ...(mentions === undefined ? {} : { mentions }) };
  }

  #remove(seqs: ReadonlySet<number>): void {
    this.#lines = this.#lines.filter(({ seq }) => !seqs.has(seq));
  }

  #dropped(count: number, after: number): void {
    const last = this.#marks.at(-1);
    // One mark for all that was left out in a row.
    if (last?.item.kind === 'more' && last.after >= (this.#lines.at(-1)?.seq ?? 0)) {
      this.#marks[this.#marks.length - 1] = { after, item: { ...last.item, count: last.item.count + count } };
    } else this.#marks.push({ after, item: { kind: 'more', key: this.#key(), count } });
    this.#trimMarks();
  }

  #mark(item: Mark['item']): void {
    this.#marks.push({ after: Math.max(this.#lines.at(-1)?.seq ?? 0, this.#marks.at(-1)?.after ?? 0), item });
    this.#trimMarks();
  }

  #trimMarks(): void {
    const first = this.#hasOlder ? (this.#lines[0]?.seq ?? 0) : 0;
    this.#marks = this.#marks.filter(({ after }) => after >= first).slice(-MARKS_MAX);
  }

  #key(): string {
    this.#keys += 1;
    return `m${this.#keys}`;
  }

  /** Where a line of this number is, or would be. */
  #indexOf(seq: number): number {
    let [low, high] = [0, this.#lines.length];
    // New lines are the newest nearly always.
    if (high > 0 && (this.#lines[high - 1]?.seq ?? 0) < seq) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#lines[middle]?.seq ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
