// Every threshold of titles and their pictures.

const HOUR_MS = 3600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Longest question to a service, redirects, answer and all, in milliseconds; and that for a picture. */
export const ASK_TIMEOUT_MS = 5000;
export const PICTURE_TIMEOUT_MS = 8000;

/** Largest answer of a service, in bytes: they have one to four thousand. */
export const ANSWER_MAX_BYTES = 64 * 1024;

/** Questions to services at a time and in a second of this process, how many may come together, and how many may wait: two long lists. */
export const ASKS_AT_ONCE = 4;
export const ASKS_PER_S = 5;
export const ASKS_BURST = 60;
export const ASKS_WAITING_MAX = 1000;
/** A service that says it is asked too often, or fails so many times one after the other, is left alone for so long, in milliseconds. */
export const FAILURES_MAX = 5;
export const REST_MS = 5 * 60_000;

/** How long what a service said holds, that it knows no such title, and that it could not be asked, in milliseconds. */
export const FOUND_MS = 30 * DAY_MS;
export const NONE_MS = 6 * HOUR_MS;
export const FAILED_MS = 10 * 60_000;

/** Titles that this process knows without asking the database, and for how long, in milliseconds. */
export const FACTS_IN_MEMORY_MAX = 5000;
export const FACTS_IN_MEMORY_MS = 10 * 60_000;

/** Titles that the database keeps: those used last; each with a picture of at most `PICTURE_MAX_BYTES`. None longer unused than so many milliseconds. */
export const FACTS_MAX = 10_000;
export const FACTS_UNUSED_MS = 90 * DAY_MS;
/** That a title is used is written down once in so many milliseconds. */
export const USED_STEP_MS = DAY_MS;

/** What is taken as a picture from elsewhere: bytes, and pixels, of which 4096 × 2160 has fewer. A picture of 20,000 × 20,000 is refused by its head. */
export const SOURCE_MAX_BYTES = 4 * 1024 * 1024;
export const SOURCE_MAX_PIXELS = 9_000_000;
/** Smaller is no picture of a film, in pixels. */
export const SOURCE_MIN_SIDE = 16;
/** Longest side of a picture that is kept, in pixels, and its bytes: a frame of film has 15 to 50 thousand. */
export const PICTURE_SIDE = 640;
export const PICTURE_MAX_BYTES = 96 * 1024;
/** Pictures that are drawn anew at a time, those that may wait, and how long one may take, in seconds. */
export const DRAWN_AT_ONCE = 1;
export const DRAWN_WAITING_MAX = 32;
export const DRAW_TIMEOUT_S = 5;

/** How often what is too much and too old is looked for, in milliseconds, and rows that go in one statement. */
export const SWEEP_INTERVAL_MS = 10 * 60_000;
export const SWEEP_BATCH = 500;
