import { cx } from './cx.ts';

/** The first letter of a name on a quiet disc. */
export function Avatar({ name, className }: { readonly name: string; readonly className?: string }) {
  const [letter = '?'] = name.trim();
  return (
    <span
      aria-hidden
      className={cx(
        'inline-flex size-9 shrink-0 items-center justify-center rounded-full bg-raised text-sm font-bold text-text uppercase',
        className,
      )}
    >
      {letter}
    </span>
  );
}
