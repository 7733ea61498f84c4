import type { ReactNode } from 'react';

export interface NoticePageProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: ReactNode;
  /** The buttons that do something about it. */
  readonly actions: ReactNode;
}

/** A whole page that says what happened and offers what to do: not found, ended, no connection. */
export function NoticePage({ icon, title, text, actions }: NoticePageProps) {
  return (
    <div className="mx-auto flex max-w-md flex-1 flex-col items-center justify-center gap-4 px-6 py-16 text-center phone-landscape:max-w-2xl phone-landscape:gap-2.5 phone-landscape:py-4">
      <div
        aria-hidden
        className="flex size-16 items-center justify-center rounded-full bg-raised text-muted phone-landscape:size-12 phone-landscape:*:size-6"
      >
        {icon}
      </div>
      <h1 className="text-2xl font-bold text-balance">{title}</h1>
      <p className="text-muted text-pretty">{text}</p>
      <div className="mt-3 flex flex-wrap justify-center gap-3">{actions}</div>
    </div>
  );
}
