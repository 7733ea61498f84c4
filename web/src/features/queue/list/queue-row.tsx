import type { QueueViewItem } from '@cowatch/shared/client';
import { ArrowDown, ArrowUp, ArrowUpToLine, EllipsisVertical, GripVertical, Play, ThumbsUp, Trash2 } from 'lucide-react';
import { type KeyboardEvent, memo, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../lib/format-time.ts';
import { useTitleName } from '../../../lib/titles/use-title-name.ts';
import { cx } from '../../../ui/cx.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { lazyModule } from '../../../ui/lazy-part.tsx';
import { Menu } from '../../../ui/overlays/menu.tsx';
import type { MenuEntry } from '../../../ui/overlays/menu.types.ts';
import { TitlePicture } from '../../../ui/title-picture.tsx';
import { ItemFacts } from './item-facts.tsx';
import type { DropSide } from './reorder.ts';

const loadDrag = lazyModule(() => import('./drag.ts'));

/** What can be done with an item. Must not change from one rendering to the next. */
export interface RowActions {
  vote(item: QueueViewItem, on: boolean): void;
  remove(item: QueueViewItem): void;
  playNow(item: QueueViewItem, positionS?: number): void;
  /** Puts it at the top, or so many places on. */
  moveBy(item: QueueViewItem, steps: 'top' | -1 | 1): void;
  drop(draggedId: string, target: DropSide): void;
  /** A key was pressed on the handle; true where it was for moving the item. */
  handleKey(item: QueueViewItem, key: string): boolean;
  /** The focus went elsewhere. */
  letGo(item: QueueViewItem): void;
}

export interface QueueRowProps {
  readonly item: QueueViewItem;
  readonly sessionId: string;
  /** First, last, both, or between others: what cannot be moved further is not offered. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Taken with the keys. */
  readonly grabbed: boolean;
  /** May be moved here, by this person. */
  readonly movable: boolean;
  readonly removable: boolean;
  readonly mayVote: boolean;
  readonly mayPlay: boolean;
  readonly hintId: string;
  readonly actions: RowActions;
}

/** One video in the queue. Rendered again when something of it is other than it was: items are made anew with every view. */
export const QueueRow = memo(
  Row,
  (before, after) => isSameShallow({ ...before, item: null }, { ...after, item: null }) && isSameShallow(before.item, after.item),
);

function isSameShallow<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(b) as (keyof T)[];
  return keys.length === Object.keys(a).length && keys.every((key) => a[key] === b[key]);
}

function Row(props: QueueRowProps) {
  const { item, sessionId, grabbed, movable, hintId, actions } = props;
  const { t } = useTranslation();
  const name = useTitleName()({ contentId: item.media.id, media: item.media });
  const { row, dragging, over } = useDragRow(props);
  const picture = <TitlePicture contentId={item.media.id} name={name} sessionId={sessionId} className="w-20" />;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!actions.handleKey(item, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <li
      ref={row}
      data-queue-item={item.itemId}
      className={cx(
        'queue-row group/row relative flex min-h-16 items-center gap-2.5 rounded-control ps-2 pe-1',
        grabbed && 'bg-raised shadow-lg',
        dragging && 'opacity-40',
      )}
    >
      {over === null ? null : (
        <span
          aria-hidden
          data-drop-edge={over}
          className={cx(
            'pointer-events-none absolute inset-x-2 z-1 h-0.5 rounded-full bg-accent',
            over === 'before' ? '-top-px' : '-bottom-px',
          )}
        />
      )}
      {movable ? (
        <button
          type="button"
          aria-label={t('queue.move', { title: name })}
          aria-describedby={hintId}
          aria-pressed={grabbed}
          data-grabbed={grabbed || undefined}
          className="relative shrink-0 cursor-grab rounded-control -outline-offset-2"
          onKeyDown={onKeyDown}
          onBlur={(event) => {
            if (grabbed && event.relatedTarget !== null) actions.letGo(item);
          }}
        >
          {picture}
          <span
            aria-hidden
            className={cx(
              'absolute inset-0 flex items-center justify-center rounded-control bg-black/55 text-white transition-opacity duration-150',
              grabbed ? 'opacity-100' : 'opacity-0 group-hover/row:opacity-100 group-focus-within/row:opacity-100 pointer-coarse:hidden',
            )}
          >
            <GripVertical className="size-5" />
          </span>
        </button>
      ) : (
        picture
      )}
      <div className="min-w-0 flex-1 py-1.5">
        <p className="line-clamp-2 text-sm leading-snug font-semibold wrap-anywhere">
          <bdi>{name}</bdi>
        </p>
        <ItemFacts durationS={item.media.durationS} leftAtS={item.positionS} addedBy={item.addedBy.name} own={item.own} />
      </div>
      <VoteButton {...props} name={name} />
      <RowMenu {...props} name={name} />
    </li>
  );
}

function VoteButton({ item, name, mayVote, actions }: QueueRowProps & { readonly name: string }) {
  const { t } = useTranslation();
  const { voted } = item;
  const reason = mayVote ? null : t('queue.noRight');
  return (
    <button
      type="button"
      aria-label={t('queue.vote', { title: name, count: item.votes })}
      aria-pressed={voted}
      aria-disabled={reason ? true : undefined}
      {...(reason ? { 'aria-description': reason } : {})}
      data-tooltip={reason ?? t('queue.voteShort')}
      className={cx(
        'tabular inline-flex min-h-11 min-w-11 shrink-0 flex-col items-center justify-center gap-0.5 rounded-control text-xs font-bold -outline-offset-2 transition-colors duration-150',
        voted ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-raised hover:text-text',
        reason && 'opacity-50',
      )}
      onClick={() => {
        if (mayVote) actions.vote(item, !voted);
      }}
    >
      <ThumbsUp aria-hidden className={cx('size-4', voted && 'fill-current')} />
      <span aria-hidden>{item.votes}</span>
    </button>
  );
}

function RowMenu(props: QueueRowProps & { readonly name: string }) {
  const { item, name, isFirst, isLast, movable, removable, mayPlay, actions } = props;
  const { t } = useTranslation();
  const entries: MenuEntry[] = [];
  const action = (label: string, Icon: typeof Play, onSelect: () => void, danger = false) =>
    entries.push({ kind: 'action', label, icon: <Icon aria-hidden className="size-4.5" />, danger, onSelect });
  if (mayPlay && item.positionS !== undefined) {
    action(t('queue.playNowAt', { time: formatTime(item.positionS) }), Play, () => actions.playNow(item));
    action(t('queue.playNowStart'), Play, () => actions.playNow(item, item.startS));
  } else if (mayPlay) action(t('queue.playNow'), Play, () => actions.playNow(item));
  if (movable && !isFirst) {
    action(t('queue.toTop'), ArrowUpToLine, () => actions.moveBy(item, 'top'));
    action(t('queue.up'), ArrowUp, () => actions.moveBy(item, -1));
  }
  if (movable && !isLast) action(t('queue.down'), ArrowDown, () => actions.moveBy(item, 1));
  if (removable) action(t('queue.remove'), Trash2, () => actions.remove(item), true);
  const label = t('queue.menu', { title: name });
  // What is left out here would leave a hole in the column.
  if (entries.length === 0) return <span aria-hidden className="w-11 shrink-0" />;
  return (
    <Menu
      label={label}
      entries={entries}
      trigger={<IconButton label={label} icon={<EllipsisVertical aria-hidden className="size-5" />} className="-outline-offset-2" />}
    />
  );
}

/** The row as something to be dragged, and to be dropped on. */
function useDragRow({ item, movable, actions }: QueueRowProps) {
  const row = useRef<HTMLLIElement>(null);
  const [dragging, setDragging] = useState(false);
  const [over, setOver] = useState<DropSide['side'] | null>(null);
  const { itemId } = item;
  useEffect(() => {
    let stop = () => {};
    let gone = false;
    // Where it cannot be fetched there are the menu and the keys.
    void loadDrag().then(
      ({ dragRow }) => {
        if (gone || row.current === null) return;
        stop = dragRow({ row: row.current, itemId, movable, onDragging: setDragging, onOver: setOver, onDrop: actions.drop });
      },
      () => {},
    );
    return () => {
      gone = true;
      stop();
    };
  }, [itemId, movable, actions]);
  return { row, dragging, over };
}
