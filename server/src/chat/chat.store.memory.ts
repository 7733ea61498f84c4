import type { Numbered } from './chat.entries.ts';
import { TAIL_MAX } from './chat.limits.ts';
import { type ChatHead, type ChatStore, opKeyOf } from './chat.store.ts';

interface LiveChat {
  head: ChatHead;
  tail: Numbered[];
  /** By member and `opId`, oldest first. */
  readonly ops: Map<string, number>;
  window: number;
  rank: number;
}

const isSameSettings = (a: ChatHead['settings'], b: ChatHead['settings']) =>
  a.slowMs === b.slowMs && a.slowBy === b.slowBy && a.links === b.links;

/** Chats in memory, for a single node. Bound: `TAIL_MAX` entries of each; those without people are dropped by the rooms. */
export function createMemoryChatStore(): ChatStore {
  const chats = new Map<string, LiveChat>();
  return {
    isShared: false,
    generation: 0,
    heads: async (ids) => ids.map((id) => chats.get(id)?.head ?? null),

    async open(id, { epoch, settings, whole, tail }, lost) {
      const open = chats.get(id);
      if (open !== undefined && (open.head.epoch !== lost?.epoch || open.head.seq !== lost.seq)) return open.head;
      const kept = tail.slice(-TAIL_MAX);
      const head = { epoch, seq: epoch, settings, whole };
      chats.set(id, { head, tail: kept, ops: new Map(kept.map(({ seq, entry }) => [opKeyOf(entry), seq])), window: 0, rank: 0 });
      return head;
    },

    async append(id, { entry, window, replaced, clears, settingsAsOf }) {
      const chat = chats.get(id);
      if (chat === undefined) return { kind: 'absent' };
      const { epoch } = chat.head;
      const known = chat.ops.get(opKeyOf(entry));
      if (known !== undefined) return { kind: 'repeat', epoch, seq: known };
      if (settingsAsOf !== undefined && !isSameSettings(settingsAsOf, chat.head.settings)) return { kind: 'conflict' };
      const seq = chat.head.seq + 1;
      chat.rank = window > chat.window ? 0 : chat.rank + 1;
      chat.window = Math.max(chat.window, window);
      const numbered = { seq, rank: chat.rank, entry };
      if (clears) chat.tail = [];
      else if (replaced !== undefined) {
        chat.tail = chat.tail.flatMap((one) => {
          const other = replaced.get(one.seq);
          return other === undefined ? [one] : other === null ? [] : [{ ...one, entry: other }];
        });
      }
      chat.tail.push(numbered);
      chat.ops.set(opKeyOf(entry), seq);
      const isFull = chat.tail.length > TAIL_MAX;
      if (isFull) chat.tail.shift();
      for (const oldest of chat.ops.keys()) {
        if (chat.ops.size <= TAIL_MAX) break;
        chat.ops.delete(oldest);
      }
      const settings = entry.kind === 'settings' ? entry.settings : chat.head.settings;
      chat.head = { epoch, seq, settings, whole: (chat.head.whole || clears === true) && !isFull };
      return { kind: 'appended', epoch, seq, rank: numbered.rank };
    },

    async tail(id, range) {
      const all = chats.get(id)?.tail ?? [];
      if ('afterSeq' in range) return all.filter(({ seq }) => seq > range.afterSeq);
      return all.filter(({ seq }) => seq < range.beforeSeq).slice(-range.max);
    },

    async drop(id) {
      chats.delete(id);
    },
  };
}
