import type { QueuePlace } from '@cowatch/shared/protocol';

/** Where an item goes among the others, by the side of one of them that it is dropped on. */
export interface DropSide {
  readonly itemId: string;
  readonly side: 'before' | 'after';
}

/** The order with an item at an index of it. What is not in the order changes nothing. */
export function movedTo(order: readonly string[], itemId: string, index: number): readonly string[] {
  if (!order.includes(itemId)) return order;
  const others = order.filter((id) => id !== itemId);
  const at = Math.max(0, Math.min(index, others.length));
  return [...others.slice(0, at), itemId, ...others.slice(at)];
}

/** The index that an item has once it is dropped beside another; null where that changes nothing. */
export function indexOfDrop(order: readonly string[], itemId: string, { itemId: target, side }: DropSide): number | null {
  const from = order.indexOf(itemId);
  const others = order.filter((id) => id !== itemId);
  const at = others.indexOf(target);
  if (from === -1 || at === -1) return null;
  const index = side === 'before' ? at : at + 1;
  return index === from ? null : index;
}

/** How the server is told of an index: by what comes before it, so that it means the same while others change the queue. */
export function placeAt(order: readonly string[], itemId: string, index: number): QueuePlace {
  const others = order.filter((id) => id !== itemId);
  const after = others[index - 1];
  if (after === undefined) return 'first';
  return index >= others.length ? 'last' : { after };
}
