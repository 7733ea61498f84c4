import type { Media } from '../protocol/index.ts';

/** The title id of the clip that ships with every server. */
export const SAMPLE_TITLE_ID = 'sample';

/** The clip that ships with every server. */
export const SAMPLE: Media = {
  id: `title:${SAMPLE_TITLE_ID}`,
  url: '/media/sample.mp4',
  kind: 'file',
  title: 'Cowatch sample',
  durationS: 300,
};
