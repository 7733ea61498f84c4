import { LoaderCircle } from 'lucide-react';
import { cx } from './cx.ts';

/** Says nothing to screen readers: its place says what is being waited for. */
export function Spinner({ className }: { readonly className?: string }) {
  return <LoaderCircle aria-hidden className={cx('animate-spin', className ?? 'size-5')} />;
}
