import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

/** What is wrong and what to do about it, said at once to everyone. */
export function AlertText({ id, children }: { readonly id?: string | undefined; readonly children: ReactNode }) {
  return (
    <p id={id} role="alert" className="flex items-start gap-1.5 text-sm text-danger">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>{children}</span>
    </p>
  );
}
