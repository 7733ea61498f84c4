import type { ReactNode } from 'react';

export interface OverlayProps {
  readonly title?: ReactNode;
  readonly text?: ReactNode;
  readonly children?: ReactNode;
  /** Spoken when it appears. */
  readonly role?: 'status' | 'alert';
}

/** Something said in the middle of the video, on a shade. */
export function Overlay({ title, text, children, role = 'status' }: OverlayProps) {
  return (
    <div
      role={role}
      className="absolute inset-0 flex animate-fade flex-col items-center justify-center gap-2.5 overflow-y-auto bg-black/70 p-4 pb-20 text-center text-text sm:gap-3"
    >
      {title ? <p className="text-base font-bold text-balance sm:text-xl">{title}</p> : null}
      {text ? <p className="max-w-md text-sm text-pretty text-muted sm:text-base">{text}</p> : null}
      {children ? <div className="flex flex-wrap justify-center gap-3 sm:mt-2">{children}</div> : null}
    </div>
  );
}
