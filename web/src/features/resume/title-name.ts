import type { ResumeMedia } from '@cowatch/shared/resume';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { mediaNameFromUrl } from '../../lib/media-ref.ts';

const SAMPLE_ID = 'title:sample';

/** What people call a title: its own name, else the speaking part of its address. */
export function useTitleName(): (title: { readonly contentId: string; readonly media: ResumeMedia | null }) => string {
  const { t } = useTranslation();
  return useCallback(
    ({ contentId, media }) => {
      if (contentId === SAMPLE_ID) return t('party.mediumSample');
      return media === null ? contentId : (media.title ?? mediaNameFromUrl(media.url));
    },
    [t],
  );
}
