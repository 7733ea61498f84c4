import { SAMPLE, SAMPLE_TITLE_ID } from '@cowatch/shared/media';
import type { TitleSource } from './title-catalog.ts';

/** The clip that ships with the server, as the one title of its own collection. */
export const bundledTitles: TitleSource = {
  find: async (titleId) => (titleId === SAMPLE_TITLE_ID ? SAMPLE : null),
};
