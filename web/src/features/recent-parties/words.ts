import { addWords } from '../../lib/words.ts';

/** The strings of the parties that this device was in, in English. */
export const recentPartiesWords = addWords({
  recent: {
    heading: 'Your recent parties',
    note: 'Kept on this device only.',
    remove: 'Remove {{title}} from this list',
    removed: '“{{title}}” is off your list.',
  },
});
