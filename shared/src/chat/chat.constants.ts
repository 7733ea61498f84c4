// What both ends know of the chat and of reactions, in one place. Reasons: docs/adr/0028.

/** Longest text of a line: in graphemes, as people count, and in bytes of UTF-8, which one grapheme may have thousands of. */
export const CHAT_TEXT_MAX_GRAPHEMES = 500;
export const CHAT_TEXT_MAX_BYTES = 2048;

/** Most combining marks on one base: pointed Hebrew has three, with cantillation four; more are towers over other lines. */
export const COMBINING_MARKS_MAX = 4;

/** Most people that one line mentions. */
export const CHAT_MENTIONS_MAX = 10;

/** Lines that somebody who comes is given, most entries that one who comes back is, and most lines on a page of older ones. */
export const CHAT_LATEST = 50;
export const CHAT_MISSED_MAX = 300;
export const CHAT_PAGE_MAX = 100;

/** Own lines can be edited for so long, in milliseconds. */
export const CHAT_EDIT_WITHIN_MS = 300_000;

/** Lines of one person: so many at once, then one in so many milliseconds. */
export const CHAT_BURST = 5;
export const CHAT_EVERY_MS = 1500;

/** The same text so often within so many milliseconds is once too often. */
export const CHAT_SAME_MAX = 3;
export const CHAT_SAME_WITHIN_MS = 30_000;

/** Links of somebody who has not been present for so long are refused, where the party's settings say so. */
export const CHAT_LINKS_AFTER_MS = 60_000;

/** Above so many people lines are sampled and sent in frames, and reactions are counts by emoji. */
export const CHAT_LIVE_MAX = 100;
/** In a large party one frame in so many milliseconds, with at most so many lines: 20 a second can still be glanced over. */
export const CHAT_FRAME_MS = 250;
export const CHAT_FRAME_LINES = 5;

/** Slow mode comes by itself where more than so many lines a second came for so long. */
export const SLOW_ABOVE_PER_S = 20;
export const SLOW_WINDOW_MS = 5000;
/** And goes when it was quiet for so long. */
export const SLOW_QUIET_MS = 60_000;
/** Its steps: milliseconds between two lines of one person. */
export const SLOW_STEPS_MS = [3000, 10_000, 30_000, 60_000] as const;

/** A line of more than so many seconds ahead of one's own picture waits, for those who are further behind the party than that. */
export const CHAT_SPOILS_BEYOND_S = 5;

/** Up to so many people see who types, and who reacts; and typing is over when nothing is heard of it for so long. */
export const TYPING_MAX_PEOPLE = 50;
export const TYPING_LASTS_MS = 6000;
export const REACTIONS_NAMED_MAX_PEOPLE = 50;

/** Reactions are gathered for so long: in a party of up to `REACTIONS_NAMED_MAX_PEOPLE`, and above. */
export const REACTION_FRAME_MS = 250;
export const REACTION_LARGE_FRAME_MS = 500;
/** Most kinds of emoji that one frame of reactions counts. */
export const REACTION_TOP = 8;
