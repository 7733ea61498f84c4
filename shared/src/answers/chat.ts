import { z } from 'zod';
import {
  type ChatChange,
  type ChatFrame,
  type ChatHistory,
  type ChatLine,
  type ChatResult,
  type ChatSettings,
  type ChatTyping,
  chatLinksSchema,
  chatSeqSchema,
  clusterTimeSchema,
  lookSchema,
  memberIdSchema,
  opIdSchema,
  positionSchema,
  type ReactionBurst,
  sessionIdSchema,
} from '../protocol/index.ts';

// What the server says in the chat, for the documents that describe it. Never strict: fields may be added.

const mentions = z.array(memberIdSchema).readonly().exactOptional();

export const chatLineSchema = z
  .object({
    seq: chatSeqSchema,
    opId: opIdSchema,
    memberId: memberIdSchema,
    name: z.string().describe('As it was then; so is the look.'),
    look: lookSchema,
    text: z.string(),
    atMs: clusterTimeSchema,
    mediaId: z.string().describe('Content id of what the party watched then.'),
    positionS: positionSchema.describe('Where the party was then, in seconds.'),
    replyTo: chatSeqSchema.exactOptional(),
    mentions,
    editedAtMs: clusterTimeSchema.exactOptional(),
  })
  .meta({ id: 'ChatLine' }) satisfies z.ZodType<ChatLine>;

export const chatSettingsSchema = z
  .object({
    slowMs: z.int().min(0).describe('Milliseconds between two lines of one person who is no host; 0 is no slow mode.'),
    slowBy: z.enum(['crowd', 'hosts']),
    links: chatLinksSchema.describe('Whose links are taken.'),
  })
  .meta({ id: 'ChatSettings' }) satisfies z.ZodType<ChatSettings>;

const change = { seq: chatSeqSchema, atMs: clusterTimeSchema };
const by = { memberId: memberIdSchema.nullable(), name: z.string().nullable() };

export const chatChangeSchema = z
  .discriminatedUnion('kind', [
    z.object({ ...change, kind: z.literal('edited'), memberId: memberIdSchema, target: chatSeqSchema, text: z.string(), mentions }),
    z.object({ ...change, ...by, kind: z.literal('deleted'), targets: z.array(chatSeqSchema).readonly() }),
    z.object({ ...change, ...by, kind: z.literal('cleared') }),
    z.object({ ...change, ...by, kind: z.literal('settings'), settings: chatSettingsSchema }),
  ])
  .meta({ id: 'ChatChange' }) satisfies z.ZodType<ChatChange>;

export const chatResultSchema = z
  .object({
    epoch: chatSeqSchema,
    seq: chatSeqSchema,
    kept: z.literal(false).exactOptional().describe('False where this is not durable yet; absent where it is.'),
  })
  .meta({ id: 'ChatResult' }) satisfies z.ZodType<ChatResult>;

export const chatHistoryAnswerSchema = z
  .object({
    epoch: chatSeqSchema.describe('Changes where lines may have been lost that nobody was promised.'),
    seq: z.int().min(0).describe('The cursor behind this answer.'),
    lines: z.array(chatLineSchema).readonly(),
    changes: z.array(chatChangeSchema).readonly().exactOptional(),
    gap: z.boolean(),
    more: z.boolean(),
    settings: chatSettingsSchema,
  })
  .meta({ id: 'ChatHistory' }) satisfies z.ZodType<ChatHistory>;

const ofSession = { sessionId: sessionIdSchema };

export const chatLinesSchema = z.object({
  ...ofSession,
  epoch: chatSeqSchema,
  afterSeq: z.int().min(0).exactOptional(),
  toSeq: z.int().min(0).exactOptional(),
  lines: z.array(chatLineSchema).readonly(),
  changes: z.array(chatChangeSchema).readonly().exactOptional(),
  dropped: z.int().min(1).exactOptional(),
}) satisfies z.ZodType<ChatFrame>;

export const chatTypingChangedSchema = z.object({
  ...ofSession,
  memberId: memberIdSchema,
  on: z.boolean(),
}) satisfies z.ZodType<ChatTyping>;

export const reactionBurstSchema = z.object({
  ...ofSession,
  counts: z.record(z.string(), z.int().min(1)).describe('By emoji.'),
  from: z
    .array(z.object({ memberId: memberIdSchema, emoji: z.string() }))
    .readonly()
    .exactOptional(),
}) satisfies z.ZodType<ReactionBurst>;
