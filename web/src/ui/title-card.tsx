import type { ReactNode } from 'react';
import { TitlePicture, type TitlePictureProps } from './title-picture.tsx';

/** For the list that holds cards of titles, and for the link inside of each. */
export const TITLE_GRID = 'mt-3 grid gap-2 sm:grid-cols-3 sm:gap-3 lg:grid-cols-4';
export const TITLE_CARD_LINK =
  'flex min-w-0 flex-1 items-center gap-3 rounded-card p-2.5 sm:flex-col sm:items-stretch sm:gap-0 sm:p-0 focus-visible:-outline-offset-2';

export interface TitleCardProps extends Omit<TitlePictureProps, 'className'> {
  /** What the card is called, where that is not the title itself. */
  readonly heading?: string;
  /** Below its name, on one line. */
  readonly line: ReactNode;
  /** Wraps what is shown in a link (`TITLE_CARD_LINK`). */
  readonly link: (children: ReactNode) => ReactNode;
  /** A button at its end. */
  readonly end: ReactNode;
}

/** One title of a list: in a narrow window a line with its picture, in others a picture with its line below. */
export function TitleCard({ heading, line, link, end, ...picture }: TitleCardProps) {
  return (
    <li className="card @container relative flex min-w-0 items-center gap-1 overflow-hidden pe-1 transition-colors duration-150 hover:border-line-strong sm:items-stretch sm:pe-0">
      {link(
        <>
          <TitlePicture {...picture} className="w-28 sm:w-full sm:rounded-none" />
          <span className="min-w-0 flex-1 sm:flex-none sm:py-2.5 sm:ps-3.5 sm:pe-12">
            <span dir="auto" className="film-name block truncate font-semibold sm:line-clamp-2 sm:whitespace-normal">
              {heading ?? picture.name}
            </span>
            <span className="block truncate text-sm text-muted">{line}</span>
          </span>
        </>,
      )}
      <div className="shrink-0 sm:absolute sm:end-1 sm:top-[calc(56.25cqw+0.375rem)]">{end}</div>
    </li>
  );
}
