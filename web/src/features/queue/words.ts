import { addWords } from '../../lib/words.ts';

/** What the queue is called, in English: all that a page shows before it is opened. */
export const queueWords = addWords({ queue: { tab: 'Queue' } });
