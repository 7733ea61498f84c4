// Characters are Unicode code points everywhere: `charsOf`.

/** Version of the socket protocol; a handshake that names another one is refused with `upgrade_required`. */
export const PROTOCOL_VERSION = 1;

/** Longest person's name, in characters, after trimming. */
export const NAME_MAX_CHARS = 40;

/** Longest party name, in characters, after trimming. */
export const SESSION_NAME_MAX_CHARS = 80;

/** Longest id of a title of this server, in characters. */
export const TITLE_ID_MAX_CHARS = 128;

/** Longest media URL, in characters. */
export const MEDIA_URL_MAX_CHARS = 2048;

/** Longest title of a media, in characters; what is longer is cut by its sender. */
export const MEDIA_TITLE_MAX_CHARS = 200;

/** Furthest position that can be spoken of, in seconds (30 days: long live recordings fit, nonsense does not). */
export const POSITION_MAX_S = 30 * 24 * 3600;

/** Slowest and fastest playback rate of a session. */
export const RATE_MIN = 0.25;
export const RATE_MAX = 4;

/** A command whose `issuedAtMs` is further than this from the server's cluster time is refused with `conflict`. */
export const COMMAND_MAX_AGE_MS = 3000;

/** How many answered commands a session remembers, so that a repeat is answered and not applied. */
export const REMEMBERED_OPS = 64;

/** Largest single socket message, in bytes as JSON; a larger one is answered `too_large`. */
export const MESSAGE_MAX_BYTES = 8 * 1024;

/** Largest frame the socket server reads at all, in bytes; beyond it the connection is closed. */
export const FRAME_MAX_BYTES = 64 * 1024;

/** Most people in one session. */
export const SESSION_MAX_MEMBERS = 20_000;

/** Up to this many people the whole roster is kept live at every client; above it a count, the hosts and pages on demand. */
export const LIVE_ROSTER_MAX = 100;

/** People on one page of the roster. */
export const ROSTER_PAGE_SIZE = 100;

/** Most hosts beside the owner, and most people banned from one session: a further one is refused until one is lifted. */
export const HOSTS_MAX = 50;
export const BANNED_MAX = 500;
/** Of so many of those, the last, it is kept how they were called, by whom they were banned, and their address. */
export const BANS_KEPT_MAX = 100;
/** Most people who were kicked and have to knock; who was kicked longest ago makes way. */
export const KICKED_MAX = 200;
/** Most people who are muted or have a time-out at once; above it, the chat is for hosts only, or it is no chat. */
export const MUTED_MAX = 100;
export const TIME_OUTS_MAX = 100;
/** Most entries of what hosts did. */
export const MODERATION_LOG_MAX = 50;
/** Most people who wait at one session's door. */
export const KNOCKS_MAX = 50;

/** How long the address of a banned person is kept out: such addresses change hands within a day or so. */
export const BAN_ADDRESS_MS = 24 * 3600 * 1000;
/** For so long what was on can be brought back after somebody replaced it, in milliseconds. */
export const RESTORE_MEDIA_MS = 30_000;
/** The owner is away for so long: a host acts as the owner. */
export const SUCCESSION_MS = 10 * 60_000;
/** No host is there for so long, where hosts alone control: members are offered to take over. */
export const TAKE_OVER_MS = 60_000;

/** Most subtitle files of one medium, and of all that a party has watched; those of what was watched longest ago make way. */
export const SUBTITLES_PER_MEDIUM_MAX = 8;
export const SUBTITLES_MAX = 16;

/** Largest subtitle file for everyone, in bytes of UTF-8 as WebVTT: three hours of dense speech are a third of it. */
export const SUBTITLES_MAX_BYTES = 512 * 1024;

/** Longest label of a subtitle file, in characters. */
export const SUBTITLES_LABEL_MAX_CHARS = 80;

/** Longest language tag (RFC 5646, section 4.4.1 recommends room for 35). */
export const LANGUAGE_MAX_CHARS = 35;

/** What somebody with an account is called: its length, and letters, digits, `_`, `.` and `-`. */
export const USERNAME_MIN_CHARS = 3;
export const USERNAME_MAX_CHARS = 30;
export const USERNAME_PATTERN = /^[A-Za-z0-9_.-]+$/;

/** Length of a password that somebody chooses. */
export const PASSWORD_MIN_CHARS = 10;
export const PASSWORD_MAX_CHARS = 128;

/** Longest name of a device or a passkey, after trimming. */
export const DEVICE_NAME_MAX_CHARS = 60;

/** Characters of the code that people type to allow a device. */
export const USER_CODE_CHARS = 8;
