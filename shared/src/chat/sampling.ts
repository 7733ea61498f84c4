import { CHAT_FRAME_LINES, CHAT_FRAME_MS } from './chat.constants.ts';

/**
 * The window of time that lines are counted in. The store counts them as it numbers them, so that what is shown of a large
 * party's chat is decided once, wherever its people are.
 */
export const windowOf = (atMs: number): number => Math.floor(atMs / CHAT_FRAME_MS);

/** Is a large party shown this line? @param rank how many lines came before it in its window */
export const isShownToAll = (rank: number, isHost: boolean): boolean => isHost || rank < CHAT_FRAME_LINES;
