import { addWords } from '../../../lib/words.ts';

/** What suggested names are made of, in English. Apart from the other strings of a party: other pages know a suggested name by them. */
export const nameWords = addWords({
  friendlyName: {
    name: '{{adjective}} {{animal}}',
    adjectives: 'Sunny Brave Cosy Lucky Merry Swift Gentle Bright Happy Witty Jolly Calm',
    animals: 'Otter Fox Panda Robin Koala Lynx Heron Badger Dolphin Finch Hedgehog Puffin',
  },
});
