import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

// Some columns and their names are of an earlier version, which kept its times as dates; newer ones are in milliseconds.
// Those that nothing reads are written where they may not be null, for instances of that version during an update.

const time = (name: string) => timestamp(name, { withTimezone: true });
const madeAt = () => time('created_at').notNull();
const changedAt = () => time('updated_at').notNull();

/** Accounts. The e-mail address is made up: nobody is asked for theirs. */
export const accountUsers = pgTable('account_users', {
  id: text('id').primaryKey(),
  viewerId: text('viewer_id').notNull().unique(),
  username: text('username').notNull().unique(),
  displayUsername: text('display_username'),
  name: text('name').notNull(),
  email: text('email').notNull().unique(),
  emailVerified: boolean('email_verified').notNull().default(false),
  image: text('image'),
  createdAt: madeAt(),
  updatedAt: changedAt(),
});

const ofUser = () =>
  text('user_id')
    .notNull()
    .references(() => accountUsers.id, { onDelete: 'cascade' });

/** Signed-in devices. What a device holds is a signed token that names the id; `token` is read by nothing. */
export const accountDevices = pgTable(
  'account_devices',
  {
    id: text('id').primaryKey(),
    token: text('token').notNull().unique(),
    userId: ofUser(),
    name: text('name').notNull().default(''),
    expiresAt: time('expires_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    createdAt: madeAt(),
    updatedAt: changedAt(),
  },
  (table) => [index('account_devices_user').on(table.userId), index('account_devices_expires').on(table.expiresAt)],
);

/** Passwords, hashed. The columns of other services' logins are unused. */
export const accountCredentials = pgTable(
  'account_credentials',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    userId: ofUser(),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: time('access_token_expires_at'),
    refreshTokenExpiresAt: time('refresh_token_expires_at'),
    scope: text('scope'),
    password: text('password'),
    createdAt: madeAt(),
    updatedAt: changedAt(),
  },
  (table) => [index('account_credentials_user').on(table.userId)],
);

/** Challenges of passkeys that are out. */
export const accountVerifications = pgTable(
  'account_verifications',
  {
    id: text('id').primaryKey(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: time('expires_at').notNull(),
    createdAt: madeAt(),
    updatedAt: changedAt(),
  },
  (table) => [index('account_verifications_identifier').on(table.identifier), index('account_verifications_expires').on(table.expiresAt)],
);

export const accountPasskeys = pgTable(
  'account_passkeys',
  {
    id: text('id').primaryKey(),
    name: text('name'),
    publicKey: text('public_key').notNull(),
    userId: ofUser(),
    credentialID: text('credential_id').notNull().unique(),
    counter: integer('counter').notNull(),
    deviceType: text('device_type').notNull(),
    backedUp: boolean('backed_up').notNull(),
    transports: text('transports'),
    createdAt: time('created_at'),
    aaguid: text('aaguid'),
  },
  (table) => [index('account_passkeys_user').on(table.userId)],
);

/** Codes of devices that ask to be signed in (RFC 8628). */
export const accountDeviceCodes = pgTable(
  'account_device_codes',
  {
    id: text('id').primaryKey(),
    deviceCode: text('device_code').notNull().unique(),
    userCode: text('user_code').notNull().unique(),
    userId: text('user_id').references(() => accountUsers.id, { onDelete: 'cascade' }),
    expiresAt: time('expires_at').notNull(),
    status: text('status').notNull(),
    lastPolledAt: time('last_polled_at'),
    pollingInterval: integer('polling_interval'),
    clientId: text('client_id'),
    scope: text('scope'),
    /** What the device calls itself. */
    name: text('name').notNull().default(''),
  },
  (table) => [index('account_device_codes_expires').on(table.expiresAt)],
);

/** Wrong passwords in a row, by what they were tried for: a name, whether there is one or not, a device, or an account. */
export const accountFailures = pgTable(
  'account_failures',
  {
    username: text('username').primaryKey(),
    failures: integer('failures').notNull(),
    lastAtMs: bigint('last_at_ms', { mode: 'number' }).notNull(),
    lockedUntilMs: bigint('locked_until_ms', { mode: 'number' }).notNull(),
  },
  (table) => [index('account_failures_last').on(table.lastAtMs)],
);

/** Revoked tokens: all of a guest who has an account now, was brought along or is gone, or those of a device. */
export const accountRevokedTokens = pgTable(
  'account_ended',
  {
    /** A `viewerId` or a device's id. */
    subject: text('subject').primaryKey(),
    /** When it was revoked, or restored. */
    revokedAtMs: bigint('ended_at_ms', { mode: 'number' }).notNull(),
    /** A device's token runs out by itself; a guest's does not. */
    forDevice: boolean('for_device').notNull(),
    /** It counts again: bringing that guest along was undone. */
    restored: boolean('restored').notNull().default(false),
  },
  (table) => [index('account_ended_at').on(table.revokedAtMs, table.subject)],
);

/** Viewer merges and erasures: a durable job queue, one row for each viewer. */
export const accountViewerMerges = pgTable(
  'account_departures',
  {
    viewerId: text('viewer_id').primaryKey(),
    /** Into which viewer, until it is undone; null where the data is erased. */
    toViewerId: text('to_viewer_id'),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
    phase: text('phase').$type<ViewerMergePhase>().notNull().default('kept'),
    /** Where the next page of the phase begins; null at its beginning. */
    cursor: text('cursor'),
    /** Titles that are done in this phase, of how many. */
    moved: integer('moved').notNull().default(0),
    total: integer('total').notNull().default(0),
    /** When the job is due: a lease, a pause, or the time of its next phase. Null where nothing is left to do. */
    dueAtMs: bigint('due_at_ms', { mode: 'number' }),
    /** Parties in which the account took the guest's roles over: there they go back when it is undone. */
    sessionIds: jsonb('session_ids').$type<readonly string[]>().notNull().default([]),
  },
  (table) => [
    index('account_departures_to').on(table.toViewerId),
    index('account_departures_due').on(table.dueAtMs).where(sql`due_at_ms is not null`),
  ],
);

/**
 * `moving` page by page, `settling` what was on its way meanwhile, `brought` with a day to undo it, `kept` for good;
 * or `undoing` page by page and `undone`. `leaving` and `gone` of who is erased.
 */
export type ViewerMergePhase = 'moving' | 'settling' | 'brought' | 'kept' | 'undoing' | 'undone' | 'leaving' | 'gone';
