import { addWords } from '../../lib/words.ts';

/** The strings of the quality menu, in English. */
export const qualityWords = addWords({
  quality: {
    title: 'Quality',
    automatic: 'Automatic',
    automaticNow: 'Automatic ({{label}})',
    audio: 'Audio',
    height: '{{height}}p',
    heightRate: '{{height}}p · {{megabits}} Mb/s',
    rate: '{{megabits}} Mb/s',
    numbered: 'Audio {{n}}',
  },
});
