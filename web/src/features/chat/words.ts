import { addWords } from '../../lib/words.ts';

/** The strings of the chat that are there before it is opened, in English. */
export const chatWords = addWords({
  chat: {
    tab: 'Chat',
  },
});
