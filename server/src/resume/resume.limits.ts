import type { CommandLimit } from '../platform/socket/socket.types.ts';

// Every threshold of resume on the server; the rules' own are in shared/resume.

/** Token buckets per socket: a device saves every 10 s, and its outbox up to 50 at a time after a day without network. */
export const SAVE_LIMIT: CommandLimit = { bucket: 'resume', perS: 5, burst: 30 };
export const START_LIMIT: CommandLimit = { bucket: 'resume-start', perS: 1, burst: 10 };
/** A device says hello again whenever it plays, pauses or jumps. */
export const HELLO_LIMIT: CommandLimit = { bucket: 'device', perS: 2, burst: 10 };
export const COMMAND_LIMIT: CommandLimit = { bucket: 'device-command', perS: 3, burst: 10 };

/** Time-out of the question to other instances for the screens of a viewer, in milliseconds. */
export const SCREENS_WAIT_MS = 500;
/** Time-outs of an order to a device, and of its answer through another instance, in milliseconds. */
export const DEVICE_WAIT_MS = 3000;
export const DEVICE_WAY_MS = 300;

/**
 * Most titles of one viewer, deletions among them: a guest may begin ten a day for more than a year, and is erased
 * after half a year without a write; an account may bring the library of a lifetime. With the schemas' bounds on ids,
 * addresses and titles (`TITLE_MAX_BYTES` each) that is 80 MB and 800 MB at the very worst, and 3 MB and 30 MB as people are.
 */
export const GUEST_TITLES_MAX = 5000;
export const ACCOUNT_TITLES_MAX = 50_000;
/** What one title takes in the database at most, in bytes: held by a test. */
export const TITLE_MAX_BYTES = 16 * 1024;

/** Sittings of one title in the history of one viewer, the newest. */
export const SITTINGS_PER_TITLE_MAX = 100;

/**
 * What one viewer may save, over HTTP and all their sockets on this instance together: as a share of the requests that they
 * may send in a minute (with the default 300 a minute, thirty devices that all play), and at once the full outboxes of two
 * devices that come back together.
 */
export const WRITES_SHARE = 0.5;
export const WRITES_AT_ONCE = 2000;
/** Viewers whose saves are counted; one more, and the one who saved longest ago begins anew. */
export const WRITERS_MAX = 50_000;

/** Positions in one write, and how many may wait for theirs. */
export const GROUP_MAX = 500;
/** Of one viewer in one write as long as others may wait: two full batches of an outbox. */
export const GROUP_SHARE_MAX = 100;
/** Groups that are written at the same time. */
export const GROUPS_AT_ONCE = 2;
export const SAVES_WAITING_MAX = 20_000;
/** Of one viewer: a full outbox on each of two devices at the same moment. */
export const VIEWER_WAITING_MAX = 2000;
/** Retry-after of a save that is one too many, in milliseconds. */
export const SAVE_RETRY_MS = 1000;

/** PUTs of one person for one title that may wait for each other. */
export const PUTS_WAITING_MAX = 16;

/** Titles without a name that a list asks their services for, in the background. */
export const TITLES_ASKED_MAX = 20;

/** Titles asked for by id in one request. */
export const IDS_MAX = 50;

/** Candidates for the row that are read at a time. */
export const ROW_PAGE = 40;
/** Pages that are read for one row: beyond them nothing but hidden titles was found. */
export const ROW_PAGES_MAX = 50;

/** Entries on one page of the history. */
export const HISTORY_PAGE = 50;
export const HISTORY_PAGE_MAX = 200;

/** Rows that an export reads at a time. */
export const EXPORT_PAGE = 500;
/** Titles that are brought along, or taken out again, in one step of that job, and those that are written at a time. */
export const MOVE_PAGE = 500;
export const MOVED_AT_ONCE = 100;
/** How often a title is looked at again that is changed while it is taken out. */
export const UNDO_ATTEMPTS = 5;
/** Titles whose keys are removed at a time when a viewer is erased. */
export const ERASED_AT_ONCE = 500;

/** How often tombstones and idle guests are looked for, in milliseconds, and tombstones that go in one statement. */
export const EXPIRY_INTERVAL_MS = 3600_000;
export const EXPIRY_BATCH = 1000;

/** Retention of dead letters, in milliseconds. */
export const DEAD_LETTER_KEPT_MS = 90 * 24 * 3600 * 1000;

/** Retention of guests since they were last seen, in milliseconds, and viewers that are looked at in one run. */
export const GUEST_KEPT_MS = 180 * 24 * 3600 * 1000;
export const SCRUB_BATCH = 1000;

/** Time to live of a title in Redis without a read or a change, in milliseconds; PostgreSQL has it. */
export const HOT_TTL_MS = 30 * 24 * 3600 * 1000;

/** How often the journals are looked at that this instance wrote to, in milliseconds. */
export const JOURNAL_LOOK_MS = 200;
/** Time to live of a lease that is not renewed, and how often it is, in milliseconds. */
export const LEASE_MS = 3000;
export const LEASE_RENEW_MS = 500;
/** Exponential backoff, first and longest, for what PostgreSQL did not take, in milliseconds; its return ends the wait. */
export const JOURNAL_RETRY_FIRST_MS = 250;
export const JOURNAL_RETRY_LAST_MS = 5000;
/** Entries of one shard in one write, and shards whose entries are written together. */
export const JOURNAL_BATCH = 100;
export const SHARDS_AT_ONCE = 64;

/** Lists wait for what their viewer has in the journal, at most so long: PostgreSQL may be away. */
export const DIRTY_PATIENCE_MS = 2000;
export const DIRTY_LOOK_MS = 20;

/** How often Redis' settings are checked for durability, in milliseconds. */
export const DURABILITY_CHECK_INTERVAL_MS = 60_000;
