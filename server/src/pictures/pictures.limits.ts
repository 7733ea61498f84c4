// Every threshold of frames that players grab, and of pictures that are answered with.

const DAY_MS = 24 * 3600_000;

/** Largest frame that a player sends, in bytes: 640 × 360 as JPEG has 40 to 80 thousand. */
export const GRAB_MAX_BYTES = 256 * 1024;
/** Frames that one viewer keeps, those of a party, and those of everybody: the newest; none longer than so many milliseconds. */
export const GRABS_OF_VIEWER_MAX = 200;
export const GRABS_OF_SESSION_MAX = 100;
export const GRABS_MAX = 20_000;
export const GRAB_KEPT_MS = 180 * DAY_MS;
/** A viewer may send so many frames, as a part of what they may ask at all. */
export const GRABS_SHARE = 1 / 20;

/** Pictures in the memory of this process, in bytes, and how long one is answered with from there, in milliseconds. */
export const PICTURES_IN_MEMORY_BYTES = 16 * 1024 * 1024;
export const PICTURES_IN_MEMORY_MS = 10_000;
/** A picture that is on its way is waited for so long, in milliseconds. */
export const PICTURE_WAIT_MS = 3000;

/** How often what is too much and too old is looked for, in milliseconds, and rows that go in one statement. */
export const SWEEP_INTERVAL_MS = 10 * 60_000;
export const SWEEP_BATCH = 500;
/** Rows that an export reads at a time. */
export const EXPORT_PAGE = 20;
