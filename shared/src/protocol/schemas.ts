import { z } from 'zod';
import { CONTENT_ID_MAX_CHARS } from '../resume/resume.constants.ts';
import {
  MEDIA_URL_MAX_CHARS,
  NAME_MAX_CHARS,
  POSITION_MAX_S,
  RATE_MAX,
  RATE_MIN,
  SESSION_NAME_MAX_CHARS,
  TITLE_ID_MAX_CHARS,
} from './limits.ts';
import { EMOJI_MAX_CHARS, isEmoji, LOOK_COLOURS } from './looks.ts';
import { TIME_OUT_MINUTES } from './rights.ts';
import { doorSchema, linkKeySchema, rightHolderSchema, rightSchema } from './roles.ts';
import { SERVED_KINDS } from './served-kinds.ts';
import { boundedText, visibleText } from './text.ts';

// Every schema of an inbound message is strict: an unknown field is a bad request, never ignored.

/** `/s/<id>`: 22 characters of base64url, 128 random bits. */
export const sessionIdSchema = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

/** A person within one session; says nothing about them elsewhere. */
export const memberIdSchema = z.string().regex(/^[A-Za-z0-9_-]{12}$/);

/** Made by the client, once per command: repeating a command with the same id is harmless. */
export const opIdSchema = z.string().regex(/^[A-Za-z0-9_-]{8,40}$/);

export const personNameSchema = visibleText(NAME_MAX_CHARS);
export const sessionNameSchema = visibleText(SESSION_NAME_MAX_CHARS);

/** What somebody wants to look like. */
export const lookSchema = z.strictObject({
  colour: z
    .int()
    .min(0)
    .max(LOOK_COLOURS - 1),
  emoji: boundedText(1, EMOJI_MAX_CHARS).refine(isEmoji, 'is not one emoji').meta({
    minLength: 1,
    maxLength: EMOJI_MAX_CHARS,
    description: 'One emoji of those recommended for general interchange (RGI).',
  }),
});

/** Seconds on the media's own clock. */
export const positionSchema = z.number().min(0).max(POSITION_MAX_S);
/** Milliseconds of cluster time. */
export const clusterTimeSchema = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
export const rateSchema = z.number().min(RATE_MIN).max(RATE_MAX);
export const versionSchema = z.int().min(0);

/** An address as somebody pasted it. */
export const mediaUrlSchema = z.string().trim().pipe(boundedText(1, MEDIA_URL_MAX_CHARS));

/** A title that this server holds. */
export const titleIdSchema = boundedText(1, TITLE_ID_MAX_CHARS);

/** What to play: an address, or a title this server knows (`sample` is the bundled clip). */
export const mediaRefSchema = z.union([
  z.strictObject({ url: mediaUrlSchema, kind: z.enum(SERVED_KINDS).optional() }),
  z.strictObject({ titleId: titleIdSchema }),
]);
export type MediaRef = z.infer<typeof mediaRefSchema>;

export const roleSchema = z.enum(['owner', 'host', 'member']);
export type Role = z.infer<typeof roleSchema>;

/** What a member's player is doing. States are shown to others; they are never commands. */
export const memberStateSchema = z.enum([
  'joining',
  'playing',
  'paused',
  'buffering',
  'advert',
  'blocked',
  'background',
  'ended',
  'unplayable',
  'away',
]);
export type MemberState = z.infer<typeof memberStateSchema>;

const command = { sessionId: sessionIdSchema, opId: opIdSchema, issuedAtMs: clusterTimeSchema };

/** `playback:command` */
export const playbackCommandSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...command, kind: z.literal('play') }),
  z.strictObject({ ...command, kind: z.literal('pause'), seenPositionS: positionSchema.optional() }),
  z.strictObject({ ...command, kind: z.literal('seek'), positionS: positionSchema }),
  z.strictObject({ ...command, kind: z.literal('rate'), rate: rateSchema }),
  z.strictObject({
    ...command,
    kind: z.literal('load'),
    media: mediaRefSchema,
    positionS: positionSchema.optional(),
  }),
  z.strictObject({
    ...command,
    kind: z.literal('duration'),
    mediaId: boundedText(1, CONTENT_ID_MAX_CHARS),
    durationS: positionSchema.positive(),
  }),
  z.strictObject({
    ...command,
    kind: z.literal('anchor'),
    mediaId: boundedText(1, CONTENT_ID_MAX_CHARS),
    version: versionSchema,
    positionS: positionSchema,
    durationS: positionSchema.positive().optional(),
  }),
  z.strictObject({ ...command, kind: z.literal('restore-media') }),
]);
export type PlaybackCommand = z.infer<typeof playbackCommandSchema>;

/** `session:command`: settings, rights, roles, what hosts do about people, the end, one's own name and look. */
export const sessionCommandSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...command, kind: z.literal('control'), control: rightHolderSchema }),
  z.strictObject({ ...command, kind: z.literal('rights'), right: rightSchema, holders: rightHolderSchema }),
  z.strictObject({ ...command, kind: z.literal('door'), door: doorSchema }),
  z.strictObject({ ...command, kind: z.literal('new-link') }),
  z.strictObject({ ...command, kind: z.literal('rename'), name: sessionNameSchema }),
  z.strictObject({
    ...command,
    kind: z.literal('role'),
    memberId: memberIdSchema,
    role: roleSchema.exclude(['owner']),
  }),
  z.strictObject({ ...command, kind: z.literal('hand-over'), memberId: memberIdSchema }),
  z.strictObject({ ...command, kind: z.literal('take-over') }),
  z.strictObject({ ...command, kind: z.literal('mute'), memberId: memberIdSchema, muted: z.boolean() }),
  z.strictObject({ ...command, kind: z.literal('time-out'), memberId: memberIdSchema, minutes: z.literal(TIME_OUT_MINUTES) }),
  z.strictObject({ ...command, kind: z.literal('kick'), memberId: memberIdSchema }),
  z.strictObject({ ...command, kind: z.literal('ban'), memberId: memberIdSchema, address: z.boolean() }),
  z.strictObject({ ...command, kind: z.literal('unban'), memberId: memberIdSchema }),
  z.strictObject({ ...command, kind: z.literal('admit'), memberId: memberIdSchema, admit: z.boolean() }),
  z.strictObject({ ...command, kind: z.literal('end') }),
  z.strictObject({ ...command, kind: z.literal('own-name'), name: personNameSchema }),
  z.strictObject({ ...command, kind: z.literal('own-look'), look: lookSchema }),
]);
export type SessionCommand = z.infer<typeof sessionCommandSchema>;

/** `clock:ping`: carries nothing; the client keeps its own send time. */
export const clockPingSchema = z.strictObject({});

/** `session:join` */
export const joinSchema = z.strictObject({
  sessionId: sessionIdSchema,
  name: personNameSchema,
  look: lookSchema.optional(),
  /** Of a link that was changed, as it stands in it. */
  key: linkKeySchema.optional(),
});
export type JoinRequest = z.infer<typeof joinSchema>;

/** `session:leave` */
export const leaveSchema = z.strictObject({ sessionId: sessionIdSchema });

/** `session:roster` */
export const rosterRequestSchema = z.strictObject({
  sessionId: sessionIdSchema,
  offset: z.int().min(0).max(1_000_000),
});

/** `session:moderation`, `session:link` */
export const ofSessionSchema = z.strictObject({ sessionId: sessionIdSchema });

/** `session:ban-reach` */
export const banReachRequestSchema = z.strictObject({ sessionId: sessionIdSchema, memberId: memberIdSchema });

/** `member:report`: what this member's player does, and which versions it knows. */
export const reportSchema = z.strictObject({
  sessionId: sessionIdSchema,
  version: versionSchema,
  accessVersion: versionSchema,
  state: memberStateSchema,
  positionS: positionSchema.nullable(),
  /** Player position minus target, in milliseconds; null where it is not known. */
  driftMs: z.number().min(-86_400_000).max(86_400_000).nullable(),
});
export type MemberReport = z.infer<typeof reportSchema>;

/** Body of `POST /api/v1/sessions`. */
export const createSessionSchema = z.strictObject({
  media: mediaRefSchema,
  name: sessionNameSchema.optional(),
  control: rightHolderSchema.optional(),
});
export type CreateSessionRequest = z.infer<typeof createSessionSchema>;
