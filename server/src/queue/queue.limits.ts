import type { CommandLimit } from '../platform/socket/socket.types.ts';

// Every threshold of the queue on the server, in one place. What both ends must know is in shared/protocol.

/** Token buckets per socket. */
export const QUEUE_LIMIT: CommandLimit = { bucket: 'queue', perS: 5, burst: 20 };
export const QUEUE_LIST_LIMIT: CommandLimit = { bucket: 'queue-list', perS: 1, burst: 6 };

/** A token bucket per member, whatever sockets they have: adds at once, and how many a second after that. */
export const ADD_BURST = 5;
export const ADD_PER_S = 1 / 3;
/** Members whose adds are counted; of more, those who added longest ago begin anew. */
export const ADDERS_MAX = 20_000;

/** Commands that wait on one instance to change one queue, and when one too many should come again. */
export const QUEUE_WAITING_MAX = 512;
export const QUEUE_RETRY_MS = 250;

/** Beat of the clock that ends videos and starts the next. */
export const QUEUE_CLOCK_MS = 200;
/** A video that has ended is gone on from after so long: who pauses or seeks at its very end comes first. */
export const END_PATIENCE_MS = 200;
/** What could not be gone on from is tried again after so long. */
export const END_RETRY_MS = 2000;

/** The next video starts so long after it was put on at the latest, and at the earliest: players need time to say that they are ready. */
export const CHANGE_OVER_MAX_MS = 5000;
export const CHANGE_OVER_MIN_MS = 1000;
/** Which share of those who can play must be ready for a start before that. */
export const READY_SHARE = 0.8;
/** Which share of those who are there must say that a video of unknown length has ended, where no host says it. */
export const ENDED_SHARE = 0.5;

/** What other instances were told of the people there is told again so often, lest a message was lost. */
export const HEARD_AGAIN_MS = 1000;

/** How often it is looked whether people here were not told of a change, and whether voters are gone. */
export const QUEUE_HEAL_MS = 2000;
/** Members who left a session here that are remembered while others are in it. */
export const LEFT_MAX = 20_000;
/** Votes of somebody who is gone are withdrawn after so long: who comes back meanwhile has lost nothing. */
export const VOTER_GRACE_MS = 30_000;
