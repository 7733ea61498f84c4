import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';

export interface IconButtonProps extends ComponentProps<'button'> {
  /** Accessible name, also shown as the tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly tooltipSide?: 'top' | 'bottom';
}

/** A square button of 44 px with a picture and a name. */
export function IconButton({ label, icon, tooltipSide = 'bottom', className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      data-tooltip={label}
      data-tooltip-side={tooltipSide}
      {...rest}
      className={cx(
        'inline-flex size-11 shrink-0 items-center justify-center rounded-control text-muted transition-colors duration-150',
        'hover:bg-raised hover:text-text disabled:cursor-not-allowed disabled:opacity-50',
        className,
      )}
    >
      {icon}
    </button>
  );
}
