import type { ChatLine, QueueHistory, QueueItem, QueueState } from '@cowatch/shared/protocol';
import { describe, expect, it } from 'vitest';
import type { AcknowledgedItem } from './party-bot.ts';
import { type PartyReading, partyViolations } from './party-history.ts';

const line = (seq: number, opId: string) => ({ seq, opId }) as ChatLine;
const item = (itemId: string) => ({ itemId }) as QueueItem;
const added = (itemId: string, removed: AcknowledgedItem['removed'] = 'no'): AcknowledgedItem => ({ itemId, kept: true, removed });

function reading(bot: string, lines: readonly ChatLine[], items: readonly QueueItem[], played: readonly string[] = []): PartyReading {
  const queue = { items, status: { current: null } } as unknown as QueueState;
  return { bot, lines, queue: { queue, history: { history: played.map(item) } as unknown as QueueHistory } };
}

const found = (read: readonly PartyReading[], items: readonly AcknowledgedItem[] = []) =>
  partyViolations({ sessionId: 's', lines: [{ opId: 'one', seq: 1, kept: true }], items, read });

describe('the checker of chats and queues', () => {
  it('finds nothing where everybody reads what was acknowledged', () => {
    const read = [
      reading('a', [line(1, 'one'), line(3, 'x')], [item('i')], ['p']),
      reading('b', [line(1, 'one'), line(3, 'x')], [item('i')]),
    ];
    expect(found(read, [added('i'), added('gone', 'yes'), added('perhaps', 'asked')])).toEqual([]);
  });

  it('finds a line that is lost, doubled or under another number, and numbers that fall', () => {
    expect(found([reading('a', [], [])])).toEqual([expect.stringContaining('one (1) 0 times')]);
    expect(found([reading('a', [line(1, 'one'), line(2, 'one')], [])])).toEqual([expect.stringContaining('2 times')]);
    expect(found([reading('a', [line(2, 'one')], [])])).toEqual([expect.stringContaining('1 times (2)')]);
    expect(found([reading('a', [line(2, 'x'), line(1, 'one')], [])])).toEqual([expect.stringContaining('line 1 after 2')]);
  });

  it('finds an item that is lost, queued and played, or back, and orders that differ', () => {
    const said = [line(1, 'one')];
    expect(found([reading('a', said, [])], [added('i')])).toEqual([expect.stringContaining('i 0 times')]);
    expect(found([reading('a', said, [item('i')], ['i'])], [added('i')])).toEqual([expect.stringContaining('i 2 times')]);
    expect(found([reading('a', said, [item('i')])], [added('i', 'yes')])).toEqual([expect.stringContaining('removed: yes')]);
    const [one, other] = [reading('a', said, [item('i'), item('j')]), reading('b', said, [item('j'), item('i')])];
    expect(found([one, other])).toEqual([expect.stringContaining('a and b read the queue in different orders')]);
    expect(found([reading('a', said, []), reading('b', [...said, line(2, 'x')], [])])).toEqual([
      expect.stringContaining('the chat in different orders'),
    ]);
    expect(found([{ bot: 'a', lines: null, queue: null }])).toHaveLength(2);
  });
});
