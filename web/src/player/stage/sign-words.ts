import { addWords } from '../../lib/words.ts';

/** The strings of signs over the picture, in English. */
export const signWords = addWords({
  sign: {
    play: 'Playing',
    pause: 'Paused',
    back: '−{{seconds}} s',
    on: '+{{seconds}} s',
    volume: '{{percent}} %',
    muted: 'Muted',
    captions: { on: 'Captions on', off: 'Captions off', none: 'No captions here' },
  },
});
