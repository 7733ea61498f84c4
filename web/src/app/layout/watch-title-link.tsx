import { currentContentId } from '@cowatch/shared/media';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { watchLink } from '../../features/resume/index.ts';
import { justChosen } from '../device.ts';

export interface WatchTitleLinkProps {
  readonly contentId: string;
  readonly url: string | undefined;
  /** Where one was, and without asking: the press has said so. Else the page asks. */
  readonly resumes?: boolean;
  readonly className: string;
  readonly children: ReactNode;
}

/** A link to watch a title alone; what this site cannot play is shown without one. */
export function WatchTitleLink({ contentId, url, resumes = false, className, children }: WatchTitleLinkProps) {
  const link = watchLink(contentId, url);
  if (link === null) return <span className={className}>{children}</span>;
  const choose = () => {
    if (resumes) justChosen.set(currentContentId(contentId, url), 'resume');
  };
  return link.to === 'title' ? (
    <Link to="/watch/$titleId" params={{ titleId: link.titleId }} className={className} onClick={choose}>
      {children}
    </Link>
  ) : (
    <Link to="/watch" search={{ url: link.url }} className={className} onClick={choose}>
      {children}
    </Link>
  );
}
