import { type ReactNode, useId } from 'react';
import { cx } from './cx.ts';

export interface CardProps {
  readonly title: ReactNode;
  readonly text?: ReactNode;
  /** Stands beside the title. */
  readonly end?: ReactNode;
  /** 1 where the card is all that the page has to say. */
  readonly level?: 1 | 2;
  readonly className?: string;
  readonly children?: ReactNode;
}

/** A part of a page with a heading of its own. */
export function Card({ title, text, end, level = 2, className, children }: CardProps) {
  const id = useId();
  const Heading = level === 1 ? 'h1' : 'h2';
  return (
    <section aria-labelledby={id} className={cx('flex flex-col gap-4 card p-5 sm:p-6', className)}>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <Heading id={id} className={cx('font-bold text-balance', level === 1 ? 'text-2xl' : 'text-lg')}>
            {title}
          </Heading>
          {text ? <p className="mt-1 text-sm text-pretty text-muted">{text}</p> : null}
        </div>
        {end}
      </div>
      {children}
    </section>
  );
}
