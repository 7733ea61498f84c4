import { COMMAND_MAX_AGE_MS } from '@cowatch/shared/protocol';
import type { Pace } from '../platform/socket/pacing.ts';
import type { CommandLimit } from '../platform/socket/socket.types.ts';

// Every threshold of the watch party on the server, in one place. What both ends must know is in shared/protocol.

/** Token buckets per socket. */
export const CLOCK_LIMIT: CommandLimit = { bucket: 'clock', perS: 10, burst: 60 };
export const JOIN_LIMIT: CommandLimit = { bucket: 'join', perS: 1, burst: 5 };
export const LEAVE_LIMIT: CommandLimit = { bucket: 'leave', perS: 1, burst: 5 };
export const ROSTER_LIMIT: CommandLimit = { bucket: 'roster', perS: 2, burst: 10 };
export const PLAYBACK_LIMIT: CommandLimit = { bucket: 'playback', perS: 5, burst: 10 };
export const SESSION_LIMIT: CommandLimit = { bucket: 'session', perS: 2, burst: 10 };
export const REPORT_LIMIT: CommandLimit = { bucket: 'report', perS: 2, burst: 10 };

/**
 * Clock exchanges that one instance invites: bursts of newcomers go on freely until there are so many of them that they
 * would keep the next ones waiting. A client that has measured for long asks every 12 s anyhow.
 */
export const CLOCK_PACE: Pace = { perS: 1000, burst: 500, restMaxMs: 12_000 };

/** How much of a viewer's allowance of requests may go into starting parties. */
export const CREATE_SHARE = 0.05;
/** How much of it may go into subtitle files for everyone, each up to half a megabyte. */
export const SUBTITLES_SHARE = 0.05;
/** In a day one viewer may start no more than in ten minutes at that rate, 300 by default: every party is kept for months. */
export const CREATE_DAY_MS = 24 * 3600 * 1000;
export const CREATE_DAY_MINUTES = 10;

/**
 * Retry budget of a command: how often in all what was lost to other instances (a compare-and-set, a look at the record, a
 * commit that did not survive) is tried anew before it is refused as `unavailable`; and that of a read alone.
 */
export const COMMIT_RETRIES = 64;
export const LOOK_RETRIES = 8;

/** Most commands that wait on one instance to change one session, and when one too many should come again. */
export const COMMITS_WAITING_MAX = 256;
export const CONTENTION_RETRY_MS = 250;

/** Reports of one session that one instance is ready to read, in reports a second. */
export const REPORTS_PER_S = 50;
export const REPORT_INTERVAL_MIN_MS = 2000;
/** A connection that missed so many of its reports is away. */
export const AWAY_AFTER_INTERVALS = 3;

/** Changes among people are gathered for so long before they are told: short in small sessions, long in large ones. */
export const PRESENCE_INTERVAL_MIN_MS = 250;
export const PRESENCE_INTERVAL_MAX_MS = 5000;
export const PRESENCE_INTERVAL_PER_MEMBER_MS = 5;

/** A session that outgrew `LIVE_ROSTER_MAX` goes back to the live roster only below this, lest it flaps between the two. */
export const LIVE_ROSTER_AGAIN = 90;

/** A change of drift alone is told when it is at least this large, and at most so often for one member. */
export const DRIFT_STEP_MS = 5;
export const DRIFT_INTERVAL_MS = 2000;

/** In a large session how the hosts are doing is told so often by itself: each time is a message to everybody. */
export const HOST_HEALTH_INTERVAL_MS = 60_000;

/**
 * What an instance tells the others of its people is renewed so often while anybody is there; an instance that has not
 * for so long is gone. Kept in Redis for a day: it says when somebody was last there.
 */
export const PRESENCE_RENEW_MS = 5000;
export const INSTANCE_GONE_AFTER_MS = 12_000;
/** While Redis is away it is tried so often. */
export const PRESENCE_RETRY_MS = 500;
export const PRESENCE_TTL_MS = 24 * 3600 * 1000;
/** Latencies that stand for those of all people of one instance. */
export const PUBLISHED_LATENCIES_MAX = 32;
/** Commands in one batch to Redis, and sessions named in one message to other instances. */
export const PUBLISH_BATCH = 300;
/** Remote roster of a session that is not occupied here: kept for so long after it was wanted. */
export const LOOK_KEPT_MS = 60_000;
/** Longest wait for another instance's page of the roster. */
export const PAGE_ASK_MS = 1000;

/** People who left, kept in mind so that they can still be shut out; the last ones of all sessions on one instance. */
export const DEPARTED_MAX = 20_000;
/** Longest wait for other instances to say whether they have seen somebody. */
export const SEEN_ASK_MS = 1000;

/** The lead of sessions above `LEAD_CACHE_ABOVE` members is worked out at most so often. */
export const LEAD_CACHE_MS = 1000;
export const LEAD_CACHE_ABOVE = 50;

/** Nobody in a running session for so long: it is paused where the last one was seen. */
export const EMPTY_AFTER_MS = 30_000;

/** How often it is written down that people are in their sessions. */
export const MARK_INTERVAL_MS = 10_000;
/** Marks in one statement. */
export const MARK_BATCH = 1000;

/** Snapshots in one statement. */
export const SAVE_BATCH = 100;
/**
 * How long an acknowledgement waits for a database that is there but slow: clients wait 4 s for an answer, and a command
 * is sent again until it is 3 s old. Then the answer says that it is not kept. A database that is away is not
 * waited for at all.
 */
export const SAVE_PATIENCE_MS = COMMAND_MAX_AGE_MS;
/** A write without an answer for so long: the database is away, until it answers. */
export const SAVE_SILENCE_MS = 10_000;
/** Most acknowledgements that wait for the database at once; one too many says that the change is not kept. */
export const SAVE_WAITING_MAX = 10_000;
/** A new party waits so long for a database that is still starting. */
export const CREATE_WAIT_MS = 5000;
/** While the database is away, one write is tried this often, besides at once when it says that it is back. */
export const SAVE_RETRY_MS = 1000;

/** Most sessions that are acknowledged and not saved; beyond it new ones are refused (bounds memory while the database is away). */
export const UNSAVED_MAX = 20_000;

/** A session without people leaves memory after this; it is read again when somebody comes. */
export const IDLE_EVICT_MS = 60_000;

/** A session in Redis that nobody read or changed for so long is left to the snapshots; an instance with people in it restores it. */
export const LIVE_TTL_MS = 24 * 3600 * 1000;

/** How often an instance asks the store whether it missed updates of the sessions that people here are in. */
export const HEAL_INTERVAL_MS = 2000;
/** Sessions that are healed at a time. */
export const HEAL_BATCH = 50;

/** After Redis lost something while the database was away: how long nothing is decided on what may be old, in milliseconds. */
export const SETTLE_MS = 3000;
/** Longest wait for what other instances know of a session that the store may have lost. */
export const REPLICA_ASK_MS = 300;

/** How often long-unused sessions are looked for, and how many are forgotten in one statement. */
export const EXPIRY_INTERVAL_MS = 600_000;
export const EXPIRY_BATCH = 500;

/** Beat of the one timer that everything above hangs on. */
export const SWEEP_INTERVAL_MS = 50;
/** Beat of what need not be exact to the tenth of a second: who is away, what is empty. */
export const SLOW_SWEEP_INTERVAL_MS = 1000;

/** Visits that wait to be written down, so many of them in one statement, and how many are known as written. */
export const VISITS_WAITING_MAX = 20_000;
export const VISITS_BATCH = 500;
export const VISITS_KNOWN_MAX = 50_000;
export const VISITS_INTERVAL_MS = 1000;
/** Addresses of the last people who joined, kept so that they can be kept out; of one person at most so many. */
export const ADDRESSES_MAX = 20_000;
export const ADDRESSES_OF_MEMBER_MAX = 4;
/** People at one door from one address: a household, and no more. */
export const KNOCKS_PER_ADDRESS_MAX = 5;
/** A member who was turned away may not knock again for so long; the last ones of all sessions on one instance. */
export const TURNED_AWAY_MS = 600_000;
export const TURNED_AWAY_MAX = 5000;
/** Who waits on one instance is told to the others so often, and forgotten where it was not for so long. */
export const KNOCKS_RENEW_MS = 5000;
export const KNOCKS_GONE_AFTER_MS = 15_000;
/** Longest wait for other instances to say whom they know by a member id or an address. */
export const DOOR_ASK_MS = 1000;
/** Somebody out for less than this may only be reconnecting: nobody takes their place, and nobody is told. */
export const ABSENCE_GRACE_MS = 15_000;
/** How often it is looked at who is away, in sessions that are occupied here. */
export const ATTENDANCE_INTERVAL_MS = 1000;
/** Who is back within so long was there all the time, as far as seniority goes; the last ones of all sessions on one instance. */
export const SENIORITY_KEPT_MS = 120_000;
export const SENIORITY_MAX = 20_000;
/** Looking at what hosts did, who a ban would reach, and the link. */
export const MODERATION_LIMIT: CommandLimit = { bucket: 'moderation', perS: 2, burst: 10 };
