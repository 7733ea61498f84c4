// Every number of the resume rules, in one place. All are milliseconds unless their name says otherwise.

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How often a position is saved while it plays; each client spreads its own saves by `SAVE_JITTER` of it. */
export const SAVE_INTERVAL_MS = 10 * SECOND_MS;
export const SAVE_JITTER = 0.1;

/** Seeks within this time are saved as one. */
export const SEEK_DEBOUNCE_MS = SECOND_MS;

/** What has to be watched in a sitting before it counts as meant. */
export const COMMIT_AFTER_MS = 15 * SECOND_MS;

/** Play after a pause of this length is a new sitting. */
export const SITTING_PAUSE_MS = MINUTE_MS;

/** After so many titles that came on by themselves, nobody is known to be there. */
export const ADVANCES_MAX = 3;

/** What has to be watched of a title before it counts as begun: the lesser of the two. */
export const BEGUN_AFTER_MS = 2 * MINUTE_MS;
export const BEGUN_SHARE = 0.03;

/** Shorter titles are offered after all others. */
export const ROW_DURATION_MIN_MS = 5 * MINUTE_MS;

/** Without a credits marker a title is over at this share of it, or with so little left where it is long enough. */
export const COMPLETED_SHARE = 0.9;
export const COMPLETED_LEFT_MS = 180 * SECOND_MS;
export const COMPLETED_LEFT_DURATION_MIN_MS = 20 * MINUTE_MS;

/** A sitting that begins below this share of a completed title watches it again. */
export const REWATCH_BELOW_SHARE = 0.05;

/** How far resuming goes back, by how long nobody watched: the first row whose absence is reached. */
export const REWINDS = [
  { absenceMs: DAY_MS, rewindMs: 20 * SECOND_MS },
  { absenceMs: HOUR_MS, rewindMs: 10 * SECOND_MS },
  { absenceMs: MINUTE_MS, rewindMs: 3 * SECOND_MS },
] as const;

/** The continue-watching row: how many entries, at most how many, and how old. */
export const ROW_LIMIT = 10;
export const ROW_LIMIT_MAX = 40;
export const ROW_WINDOW_MS = 16 * 7 * DAY_MS;

/** How far past its end a position may be. */
export const POSITION_SLACK_MS = 2 * SECOND_MS;

/** How far in the future a gesture may be said to have been. */
export const INTENT_AHEAD_MAX_MS = 5 * SECOND_MS;

/** Positions saved longer ago than this are not taken any more; deletions are remembered much longer than that. */
export const SAVE_EXPIRES_MS = 30 * DAY_MS;
export const TOMBSTONE_KEPT_MS = 180 * DAY_MS;

/** Players that only say where they are: a pause between two words of theirs, or a jump, that makes a new sitting. */
export const PUT_GAP_MS = MINUTE_MS;
export const PUT_JUMP_MS = 10 * SECOND_MS;
/** Nobody watches faster than this: what is further on was jumped to. */
export const PUT_RATE_MAX = 2;

/** Longest content id, in characters. */
export const CONTENT_ID_MAX_CHARS = 512;
