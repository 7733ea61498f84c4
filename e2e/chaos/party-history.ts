import type { ChatLine } from '@cowatch/shared/protocol';
import type { AcknowledgedItem, AcknowledgedLine, QueueReading } from './party-bot.ts';

/** Everything that is known of what a party said and queued, after a round. */
export interface PartyHistory {
  readonly sessionId: string;
  readonly lines: readonly AcknowledgedLine[];
  readonly items: readonly AcknowledgedItem[];
  /** As each bot reads it at the end, on whatever instance it is; null where it could not. */
  readonly read: readonly PartyReading[];
}

export interface PartyReading {
  readonly bot: string;
  readonly lines: readonly ChatLine[] | null;
  readonly queue: QueueReading | null;
}

/** Checks what must hold of chat and queue whatever happened; a sentence for each violation. */
export function partyViolations({ sessionId, lines, items, read }: PartyHistory): string[] {
  const found: string[] = [];
  const say = (what: string) => found.push(`party ${sessionId}: ${what}`);
  for (const { bot, lines: said, queue } of read) {
    if (said === null) say(`${bot} cannot read the chat`);
    else checkLines(bot, said, lines, say);
    if (queue === null) say(`${bot} cannot read the queue`);
    else checkItems(bot, queue, items, say);
  }
  for (const [what, order] of [
    ['the chat', ({ lines: said }: PartyReading) => said?.map(({ seq, opId }) => `${seq} ${opId}`)],
    ['the queue', ({ queue }: PartyReading) => queue?.queue.items.map(({ itemId }) => itemId)],
  ] as const) {
    const orders = new Map(read.flatMap((one) => (order(one) === undefined ? [] : [[String(order(one)), one.bot] as const])));
    if (orders.size > 1) say(`${[...orders.values()].join(' and ')} read ${what} in different orders`);
  }
  return found;
}

/** Every acknowledged line is there once, under the number that was answered; numbers rise. */
function checkLines(bot: string, said: readonly ChatLine[], acknowledged: readonly AcknowledgedLine[], say: (what: string) => void): void {
  const fallen = said.findIndex(({ seq }, i) => seq <= (said[i - 1]?.seq ?? 0));
  if (fallen !== -1) say(`${bot} reads line ${said[fallen]?.seq} after ${said[fallen - 1]?.seq}`);
  for (const { opId, seq } of acknowledged) {
    const there = said.filter((line) => line.opId === opId).map((line) => line.seq);
    if (there.length !== 1 || there[0] !== seq) say(`${bot} reads the acknowledged line ${opId} (${seq}) ${there.length} times (${there})`);
  }
}

/** Every item whose adding was acknowledged is queued, on or played, and in one of them; none that was taken out is. */
function checkItems(bot: string, reading: QueueReading, acknowledged: readonly AcknowledgedItem[], say: (what: string) => void): void {
  const { queue, history } = reading;
  const current = queue.status.current;
  const there = [...queue.items, ...history.history, ...(current === null ? [] : [current])].map(({ itemId }) => itemId);
  for (const { itemId, removed } of acknowledged) {
    const times = there.filter((id) => id === itemId).length;
    const isRight = removed === 'asked' ? times <= 1 : times === (removed === 'yes' ? 0 : 1);
    if (!isRight) say(`${bot} finds the item ${itemId} ${times} times (removed: ${removed})`);
  }
}
