import { cx } from './cx.ts';

/** More than this many are "many": the mark says so with a plus. */
const COUNTED_MAX = 99;

export interface UnreadMarkProps {
  /** How much has not been seen; nothing is shown for none. */
  readonly count: number;
  /** The same in words, for those who hear it; absent where they hear it otherwise. */
  readonly words?: string;
  readonly className?: string;
}

/** A dot with a number: so much here has not been seen yet. */
export function UnreadMark({ count, words, className }: UnreadMarkProps) {
  if (count <= 0) return null;
  return (
    <span
      className={cx(
        'inline-flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full border border-transparent bg-accent px-1.5 text-xs font-bold text-on-accent tabular',
        className,
      )}
    >
      <span aria-hidden>{count > COUNTED_MAX ? `${COUNTED_MAX}+` : count}</span>
      {words === undefined ? null : <span className="sr-only">{words}</span>}
    </span>
  );
}
