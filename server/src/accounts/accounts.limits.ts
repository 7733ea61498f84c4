/** Most wrong passwords in a row before a name is locked, or a signed-in device has to wait that confirms its own. */
export const FAILURES_FREE = 5;
/** The same for all signed-in devices of an account together. */
export const FAILURES_FREE_ALL_DEVICES = 20;
/** How long it is locked then, in milliseconds; twice as long with each wrong password after that, up to the longest. */
export const LOCK_FIRST_MS = 30_000;
export const LOCK_LONGEST_MS = 15 * 60_000;
/** After so long without a wrong one they are forgotten. */
export const FAILURES_KEPT_MS = 24 * 3600_000;

/** Passwords hashed at once on one instance, which costs memory and cores, and how many wait for that. */
export const HASHING_AT_ONCE = 2;
export const HASHING_WAITING_MAX = 32;
export const HASHING_RETRY_MS = 2000;

/** Most requests a minute of one viewer, as parts of all theirs. */
export const IDENTITY_SHARE = 0.2;
export const SIGN_IN_SHARE = 0.05;
export const LINK_SHARE = 0.1;

/** A code on a device counts for so long, and may be asked about so often. */
export const LINK_LIFE_S = 15 * 60;
export const LINK_INTERVAL_S = 5;

/** Most devices of an account: the one that was not seen for longest makes room. */
export const DEVICES_MAX = 50;
export const PASSKEYS_MAX = 20;
/** So long an authenticator may take to answer. */
export const CHALLENGE_LIFE_S = 300;

/** How often what others revoked is looked up, and how far back, for transactions that were slow to commit. */
export const REVOKED_INTERVAL_MS = 5000;
export const REVOKED_LOOK_BACK_MS = 60_000;
/** How often it is tried while the list could not be read at all, and what a device is told to wait that long. */
export const REVOKED_FIRST_INTERVAL_MS = 1000;
/** Revoked tokens that are read at a time. */
export const REVOKED_PAGE = 10_000;

/** After so long nothing of a viewer who left can still be on its way: what came late is moved, or goes, too. */
export const MERGE_SETTLES_MS = 15_000;
/** How long an instance has for one page of a merge before another one may think it dead. */
export const MERGE_LEASE_MS = 15_000;
/** Between two pages, so that those who only want to save where they are come in between. */
export const MERGE_PAUSE_MS = 50;
/** For so long bringing a guest along can be undone, and their rows are kept. */
export const UNDO_MS = 24 * 3600_000;
export const SWEEP_INTERVAL_MS = 5000;
export const EXPIRY_INTERVAL_MS = 3600_000;

/** Bound: guests in an account that it is told of, the latest ones. */
export const FORMER_MAX = 50;

/** A device that is used is said to have been seen again after so long. */
export const SEEN_INTERVAL_MS = 3600_000;
/** Bound: devices whose last seeing an instance remembers. */
export const SEEN_MAX = 10_000;

/** Bound: devices whose names an instance remembers, and for how long. */
export const NAMES_MAX = 10_000;
export const NAME_KEPT_MS = 60_000;
