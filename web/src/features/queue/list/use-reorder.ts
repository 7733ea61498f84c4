import type { QueueClient, QueueOutcome, QueueViewItem } from '@cowatch/shared/client';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLatest } from '../../../lib/hooks/use-latest.ts';
import { useTitleName } from '../../../lib/titles/use-title-name.ts';
import type { RowActions } from './queue-row.tsx';
import { indexOfDrop, movedTo, placeAt } from './reorder.ts';

/** An item that was taken with the keys, and where it is now. */
interface Grab {
  readonly itemId: string;
  readonly index: number;
}

export interface ReorderOptions {
  readonly queue: QueueClient;
  readonly items: readonly QueueViewItem[];
  /** Says something to those who do not see it. */
  readonly say: (text: string) => void;
  /** Told of the outcome of everything that is done, and of what it was done to. */
  readonly onOutcome: (outcome: QueueOutcome, item: QueueViewItem | null) => void;
}

/**
 * What can be done with the items of a queue: with buttons, by dragging, and with the keys: Space takes an item, the arrow
 * keys move it, Space puts it down, Escape puts it back.
 *
 * @returns the items as they are shown: the one that was taken is where the keys have moved it
 */
export function useReorder(options: ReorderOptions) {
  const { t } = useTranslation();
  const titleName = useTitleName();
  const [grab, setGrab] = useState<Grab | null>(null);
  const order = options.items.map(({ itemId }) => itemId);
  const latest = useLatest({ ...options, order, grab, t, titleName });

  const actions = useMemo<RowActions>(() => {
    const done = (item: QueueViewItem | null, outcome: Promise<QueueOutcome>) =>
      void outcome.then((known) => latest.current.onOutcome(known, item));
    const nameOf = ({ media }: Pick<QueueViewItem, 'media'>) => latest.current.titleName({ contentId: media.id, media });
    const itemOf = (itemId: string) => latest.current.items.find((item) => item.itemId === itemId) ?? null;
    const sayMoved = (item: QueueViewItem, index: number) => {
      const { say, t: words, order: all } = latest.current;
      say(words('queue.dropped', { title: nameOf(item), position: index + 1, count: all.length }));
    };
    const moveTo = (item: QueueViewItem, index: number) => {
      const { order: all, queue } = latest.current;
      if (index === all.indexOf(item.itemId)) return;
      sayMoved(item, index);
      done(item, queue.move(item.itemId, placeAt(all, item.itemId, index)));
    };
    const keys = grabKeys({
      state: () => latest.current,
      setGrab,
      moveTo,
      nameOf,
    });
    return {
      vote: (item, on) => done(item, latest.current.queue.vote(item.itemId, on)),
      remove: (item) => done(item, latest.current.queue.remove(item.itemId)),
      playNow: (item, positionS) => done(item, latest.current.queue.playNow(item.itemId, positionS)),
      moveBy: (item, steps) => moveTo(item, steps === 'top' ? 0 : latest.current.order.indexOf(item.itemId) + steps),
      drop: (draggedId, target) => {
        const item = itemOf(draggedId);
        const index = indexOfDrop(latest.current.order, draggedId, target);
        if (item !== null && index !== null) moveTo(item, index);
      },
      ...keys,
    };
  }, [latest]);

  // Gone meanwhile, it is taken no more.
  const grabbed = grab !== null && order.includes(grab.itemId) ? grab : null;
  const shown = grabbed === null ? options.items : itemsIn(movedTo(order, grabbed.itemId, grabbed.index), options.items);
  return { shown, grabbedId: grabbed?.itemId ?? null, actions };
}

interface GrabKeysDeps {
  readonly state: () => {
    readonly order: readonly string[];
    readonly grab: Grab | null;
    readonly say: (text: string) => void;
    readonly t: TFunction;
  };
  readonly setGrab: (grab: Grab | null) => void;
  readonly moveTo: (item: QueueViewItem, index: number) => void;
  readonly nameOf: (item: QueueViewItem) => string;
}

function grabKeys({ state, setGrab, moveTo, nameOf }: GrabKeysDeps): Pick<RowActions, 'handleKey' | 'letGo'> {
  const letGo = (item: QueueViewItem) => {
    const { say, t } = state();
    setGrab(null);
    say(t('queue.cancelled', { title: nameOf(item) }));
  };
  return {
    letGo,
    handleKey(item, key) {
      const { order, grab, say, t } = state();
      const isToggle = key === ' ' || key === 'Enter';
      const last = order.length - 1;
      if (grab?.itemId !== item.itemId) {
        if (!isToggle) return false;
        const index = order.indexOf(item.itemId);
        setGrab({ itemId: item.itemId, index });
        say(t('queue.grabbed', { title: nameOf(item), position: index + 1, count: order.length }));
        return true;
      }
      if (isToggle) {
        setGrab(null);
        if (grab.index === order.indexOf(item.itemId)) say(t('queue.cancelled', { title: nameOf(item) }));
        else moveTo(item, grab.index);
        return true;
      }
      if (key === 'Escape') {
        letGo(item);
        return true;
      }
      const to = { ArrowUp: grab.index - 1, ArrowDown: grab.index + 1, Home: 0, End: last }[key];
      if (to === undefined) return false;
      const index = Math.max(0, Math.min(to, last));
      setGrab({ itemId: item.itemId, index });
      say(t('queue.movedTo', { position: index + 1, count: order.length }));
      return true;
    },
  };
}

function itemsIn(order: readonly string[], items: readonly QueueViewItem[]): readonly QueueViewItem[] {
  const byId = new Map(items.map((item) => [item.itemId, item]));
  return order.flatMap((itemId) => byId.get(itemId) ?? []);
}
