import type { SentTitle } from '@cowatch/shared/client';
import type { ResumeMedia } from '@cowatch/shared/resume';
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { mediaToWatch, watchLink } from '../features/resume/index.ts';
import { type Beginning, justChosen } from './device.ts';

/** A title as far as going on with it needs it. */
type Title = Pick<SentTitle, 'contentId'> & { readonly media: ResumeMedia | null };

/** What watches a title alone on this site, once it is called; null where this site cannot play it. */
export function useWatch(): (title: Title, from: Beginning) => (() => void) | null {
  const navigate = useNavigate();
  return useCallback(
    ({ contentId, media }, from) => {
      const link = watchLink(contentId, media?.url);
      if (link === null) return null;
      const found = mediaToWatch(link.to === 'title' ? { titleId: link.titleId } : { url: link.url });
      if (found === null) return null;
      return () => {
        justChosen.set(found.id, from);
        if (link.to === 'title') void navigate({ to: '/watch/$titleId', params: { titleId: link.titleId } });
        else void navigate({ to: '/watch', search: { url: link.url } });
      };
    },
    [navigate],
  );
}
