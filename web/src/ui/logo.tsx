import { cx } from './cx.ts';

/** Two plays, one frame. */
export function Logo({ className }: { readonly className?: string }) {
  return (
    <svg aria-hidden viewBox="5 5 22 22" className={cx('text-accent', className ?? 'size-7')} fill="currentColor">
      <path d="M7.5 9.2c0-1.3 1.4-2.1 2.5-1.4l10.6 6.8c1 .6 1 2.1 0 2.8L10 24.2c-1.1.7-2.5-.1-2.5-1.4z" opacity=".45" />
      <path d="M12.5 9.2c0-1.3 1.4-2.1 2.5-1.4l10.6 6.8c1 .6 1 2.1 0 2.8L15 24.2c-1.1.7-2.5-.1-2.5-1.4z" />
    </svg>
  );
}
