import './words.ts';
import { SAMPLE, titleOfMedia } from '@cowatch/shared/media';
import type { TFunction } from 'i18next';

const MADE_OF_ADDRESS = /^url:/;

export interface NamedTitle {
  readonly contentId: string;
  readonly media: { readonly url: string; readonly title: string | null } | null;
}

/** What people call a title, wherever it is shown. */
export function titleName(t: TFunction, { contentId, media }: NamedTitle): string {
  if (contentId === SAMPLE.id) return t('media.sample');
  // What other programs call their titles may be all that is known of them.
  if (media === null) return MADE_OF_ADDRESS.test(contentId) ? t('media.unnamed') : contentId;
  return titleOfMedia(media, {
    serviceVideo: (service) => t('media.serviceVideo', { service }),
    recording: (of) =>
      typeof of === 'string'
        ? t('media.recording', { number: of })
        : t('media.recordingOf', { date: longDate(new Date(of.year, of.month - 1, of.day)) }),
  });
}

const longDate = (date: Date) => new Intl.DateTimeFormat(document.documentElement.lang || undefined, { dateStyle: 'long' }).format(date);
