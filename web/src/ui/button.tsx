import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';
import { Spinner } from './spinner.tsx';

const VARIANTS = {
  primary: 'border-transparent bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'border-line bg-raised text-text hover:border-line-strong',
  ghost: 'border-transparent text-text hover:bg-raised',
  danger: 'border-transparent bg-danger text-on-danger hover:bg-danger-strong',
  dangerGhost: 'border-transparent text-danger hover:bg-danger-soft',
} as const;

const SIZES = {
  md: 'min-h-11 px-4 text-sm',
  lg: 'min-h-13 px-6 text-base',
} as const;

export interface ButtonProps extends ComponentProps<'button'> {
  readonly variant?: keyof typeof VARIANTS;
  readonly size?: keyof typeof SIZES;
  /** Shows that the press is being worked on and takes no further ones. */
  readonly busy?: boolean;
  readonly icon?: ReactNode;
  /** Why it cannot be pressed now; then it says so and stays where it is. */
  readonly reason?: string | null;
}

/** The one button. At least 44 px high. */
export function Button({
  variant = 'secondary',
  size = 'md',
  busy = false,
  icon,
  reason = null,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      {...rest}
      {...(reason === null ? {} : { 'aria-disabled': true, 'aria-description': reason, 'data-tooltip': reason })}
      onClick={busy || reason !== null ? (event) => event.preventDefault() : onClick}
      className={cx(
        // Where the system's colours are forced only a border shows that this is a button.
        'inline-flex shrink-0 items-center justify-center gap-2 rounded-control border font-semibold whitespace-nowrap transition-colors duration-150',
        'disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55',
        VARIANTS[variant],
        SIZES[size],
        className,
      )}
    >
      {busy ? <Spinner className="size-4" /> : icon}
      {children}
    </button>
  );
}
