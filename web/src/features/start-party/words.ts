import { addWords } from '../../lib/words.ts';

/** The strings of the start page, in English. */
export const startPartyWords = addWords({
  home: {
    headline: 'Watch together, on the same frame.',
    intro: 'Paste a video link, send your friends the party link, and everybody sees the same moment. No account, nothing to install.',
    start: 'Start a party',
    starting: 'Starting your party…',
    alone: 'Watch alone',
    sample: 'Try with a sample',
    plays: 'What plays here',
    playsFiles: 'Video files',
    picture: 'Ana, Ben and Cleo each watch on a screen of their own, and all three show the same moment.',
    picturePause: 'Pause for all three',
    picturePlay: 'Play for all three',
  },
});
