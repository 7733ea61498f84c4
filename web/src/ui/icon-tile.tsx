import type { LucideIcon } from 'lucide-react';
import { cx } from './cx.ts';

export interface IconTileProps {
  readonly icon: LucideIcon;
  readonly accent?: boolean;
  /** The shape instead of its outline. */
  readonly filled?: boolean;
}

/** What kind of thing a line of a list is, as a picture beside its name. Says nothing to a screen reader. */
export function IconTile({ icon: Icon, accent = false, filled = false }: IconTileProps) {
  return (
    <span
      aria-hidden
      className={cx('flex size-11 shrink-0 items-center justify-center rounded-control bg-raised', accent ? 'text-accent' : 'text-muted')}
    >
      <Icon className={cx('size-5', filled && 'fill-current')} />
    </span>
  );
}
