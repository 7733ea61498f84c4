import type { ReactNode } from 'react';

export interface OverlayProps {
  readonly title?: ReactNode;
  readonly text?: ReactNode;
  readonly children?: ReactNode;
  /** Spoken when it appears. */
  readonly role?: 'status' | 'alert';
}

/** Something said in the middle of the video, on a shade that leaves the controls below it in reach. */
export function Overlay({ title, text, children, role = 'status' }: OverlayProps) {
  return (
    <div role={role} className="pointer-events-none absolute inset-0 flex animate-fade flex-col text-center text-text">
      <div aria-hidden className="overlay-shade absolute inset-0 bg-black/75" />
      <div className="relative flex min-h-0 flex-1 flex-col items-center justify-center-safe gap-2.5 overflow-y-auto px-4 py-2 sm:gap-3">
        {title ? <p className="text-base font-bold text-balance sm:text-xl">{title}</p> : null}
        {text ? <p className="max-w-md text-sm text-pretty text-muted sm:text-base">{text}</p> : null}
        {children ? <div className="pointer-events-auto flex flex-wrap justify-center gap-3 sm:mt-2">{children}</div> : null}
      </div>
      <div aria-hidden className="overlay-foot" />
    </div>
  );
}
