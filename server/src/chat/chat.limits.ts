import type { CommandLimit } from '../platform/socket/socket.types.ts';

// Every threshold of the chat on the server, in one place. What both ends must know is in shared/chat.

/** Token buckets per socket; what one person may say is counted by member besides. */
export const SEND_LIMIT: CommandLimit = { bucket: 'chat', perS: 2, burst: 10 };
export const HISTORY_LIMIT: CommandLimit = { bucket: 'chat-history', perS: 4, burst: 20 };
export const COMMAND_LIMIT: CommandLimit = { bucket: 'chat-command', perS: 2, burst: 10 };
export const TYPING_LIMIT: CommandLimit = { bucket: 'chat-typing', perS: 1, burst: 6 };
export const REACTION_LIMIT: CommandLimit = { bucket: 'reaction', perS: 4, burst: 10 };

/** Entries that the live store has of one chat; older ones are read from the database. */
export const TAIL_MAX = 500;

/** A chat in Redis that nobody said anything in for so long is left to the database. */
export const LIVE_TTL_MS = 24 * 3600 * 1000;

/** How often an append that met a chat which was lost or is another by now is tried anew. */
export const APPEND_RETRIES = 4;
export const RETRY_MS = 500;

/** People whose last lines are remembered, of all parties on one instance. */
export const WRITERS_MAX = 50_000;

/** Beat of frames, and of what came out of order. */
export const BEAT_MS = 50;
/** Entries of other instances that overtook one of before are held for so long, and so many, before the store is asked. */
export const ORDER_WAIT_MS = 150;
export const ORDER_HELD_MAX = 256;
/** How often an instance asks the store whether it missed entries, writes again what was not saved, and frees memory. */
export const HEAL_INTERVAL_MS = 2000;
export const HEAL_BATCH = 50;

/** Chats without people leave the memory of a single node after this; of more than so many the ones that were left longest do at once. */
export const IDLE_EVICT_MS = 600_000;
export const IDLE_CHATS_MAX = 1000;

/** Answers about what was missed that are cached for those who come back together, of one chat. */
export const CACHED_ANSWERS_MAX = 64;
/** Characters of them together: 300 long lines are 700,000, and nothing but a new line makes a quiet party forget them. */
export const CACHED_ANSWERS_MAX_CHARS = 1_000_000;

/** Entries in one write to the database, and how many wait for it: in all, and of one chat. */
export const WRITE_GROUP_MAX = 200;
export const WRITE_SHARE_MAX = 50;
export const WRITE_WAITING_MAX = 10_000;
export const WRITE_WAITING_OF_ONE_MAX = 2000;
/**
 * Rest between two writes. One write is most of what a line costs a small party, and everybody has been told of the line
 * before it: only the answer waits, and less than the next line of anybody does. Changes do not rest.
 */
export const WRITE_REST_MS = 250;
/** How long an acknowledgement waits for a database that is there but slow. */
export const WRITE_PATIENCE_MS = 3000;
/** Chats whose entries are not all saved; of more the rest is left to the live store. */
export const UNSAVED_MAX = 20_000;

/** How often old lines are looked for, and how many are forgotten in one statement. */
export const EXPIRY_INTERVAL_MS = 600_000;
export const EXPIRY_BATCH = 1000;

/** Lines of a viewer on one page of a merge or an export. */
export const VIEWER_PAGE = 500;

/** Kinds of emoji that are counted between two frames of reactions of one party; the rest is dropped. */
export const REACTION_KINDS_MAX = 64;
