import type { ReactNode } from 'react';

/** A word or two about what it stands beside. */
export function Tag({ children }: { readonly children: ReactNode }) {
  return (
    <span className="inline-flex shrink-0 items-center gap-1 rounded-full bg-raised px-2 py-0.5 text-xs font-medium text-muted">
      {children}
    </span>
  );
}
