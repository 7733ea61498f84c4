import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import type { DropSide } from './reorder.ts';

export interface DragRowOptions {
  readonly row: HTMLElement;
  readonly itemId: string;
  /** May the row be taken? Others can be dropped beside it all the same. */
  readonly movable: boolean;
  readonly onDragging: (dragging: boolean) => void;
  /** Beside which edge something hangs over the row now; null where nothing does. */
  readonly onOver: (side: DropSide['side'] | null) => void;
  readonly onDrop: (draggedId: string, target: DropSide) => void;
}

const KIND = 'cowatch-queue-item';

/** Lets a row of the queue be dragged, and others be dropped beside it. Returns its stop. */
export function dragRow({ row, itemId, movable, onDragging, onOver, onDrop }: DragRowOptions): () => void {
  const sideAt = (clientY: number): DropSide['side'] => {
    const { top, height } = row.getBoundingClientRect();
    return clientY < top + height / 2 ? 'before' : 'after';
  };
  const stopDrag = movable
    ? draggable({
        element: row,
        getInitialData: () => ({ kind: KIND, itemId }),
        onDragStart: () => onDragging(true),
        onDrop: () => onDragging(false),
      })
    : () => {};
  const stopTarget = dropTargetForElements({
    element: row,
    canDrop: ({ source }) => source.data.kind === KIND,
    onDrag: ({ source, location }) => onOver(source.data.itemId === itemId ? null : sideAt(location.current.input.clientY)),
    onDragLeave: () => onOver(null),
    onDrop: ({ source, location }) => {
      onOver(null);
      if (typeof source.data.itemId === 'string') {
        onDrop(source.data.itemId, { itemId, side: sideAt(location.current.input.clientY) });
      }
    },
  });
  return () => {
    stopDrag();
    stopTarget();
  };
}
