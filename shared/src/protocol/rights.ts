// Apart from their schemas: clients that parse nothing need no parser.

/** What a party can grant: controlling playback, replacing what is on, changing the queue, writing in the chat, inviting. */
export const RIGHTS = ['control', 'video', 'queue', 'chat', 'invite'] as const;

/** How long a time-out may last, in minutes; 0 ends one. */
export const TIME_OUT_MINUTES = [0, 1, 10, 60] as const;
