import type { ComponentProps } from 'react';
import { cx } from '../../ui/cx.ts';

export interface BarButtonProps extends ComponentProps<'button'> {
  /** Accessible name, also shown as the tooltip. */
  readonly label: string;
  /** Why it cannot be pressed now; then it says so and stays where it is. */
  readonly reason?: string | null;
}

/** A button in the control bar. */
export function BarButton({ label, reason = null, className, ...rest }: BarButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-disabled={reason ? true : undefined}
      data-tooltip={reason ?? label}
      data-tooltip-side="top"
      {...(reason ? { 'aria-description': reason } : {})}
      {...rest}
      className={cx('bar-button', className)}
    />
  );
}
