import { z } from 'zod';
import {
  addedBySchema,
  type QueueCause,
  type QueueChange,
  type QueueHistory,
  type QueueItem,
  type QueuePlayed,
  type QueueResult,
  type QueueState,
  type QueueStatus,
  queueItemIdSchema,
  queueModeSchema,
  sessionIdSchema,
  versionSchema,
} from '../protocol/index.ts';
import { keptField, mediaSchema } from './session.ts';

// What the server says of a queue, for the documents that describe it. Never strict: fields may be added.

const positionS = z.number().exactOptional().describe('Where it was left, in seconds; absent where it was not on, or was seen to its end.');

const addedBy = addedBySchema.describe('The name is the one they had then.');

export const queueItemSchema = z
  .object({
    itemId: queueItemIdSchema,
    media: mediaSchema,
    startS: z.number().describe('Where its link asks to begin, in seconds.'),
    addedBy,
    addedAtMs: z.number(),
    votes: z.int().min(0),
    positionS,
  })
  .meta({ id: 'QueueItem' }) satisfies z.ZodType<QueueItem>;

export const queuePlayedSchema = z
  .object({
    itemId: queueItemIdSchema,
    media: mediaSchema,
    startS: z.number(),
    addedBy: addedBy.nullable(),
    playedAtMs: z.number().describe('Cluster time at which it gave way.'),
    positionS,
  })
  .meta({ id: 'QueuePlayed' }) satisfies z.ZodType<QueuePlayed>;

export const queueStatusSchema = z
  .object({
    mode: queueModeSchema,
    auto: z.boolean().describe('Does the next one begin by itself when one ends?'),
    skipPercent: z.int(),
    current: z
      .object({ itemId: queueItemIdSchema, mediaId: z.string(), addedBy: addedBy.nullable() })
      .nullable()
      .describe('The item that is on, while the party’s medium has this content id.'),
    skipVotes: z.int().min(0),
    stay: z.boolean().describe('True where what is on stays at its end.'),
    undo: z
      .object({
        kind: z.enum(['remove', 'clear', 'move']),
        memberId: z.string(),
        name: z.string(),
        count: z.int(),
        untilMs: z.number().describe('Cluster time.'),
      })
      .nullable(),
  })
  .meta({ id: 'QueueStatus' }) satisfies z.ZodType<QueueStatus>;

export const queueResultSchema = z
  .object({
    version: versionSchema.describe('Of the queue that now holds.'),
    changed: z.boolean(),
    added: z
      .array(queueItemIdSchema.nullable())
      .readonly()
      .exactOptional()
      .describe('New items in the order of what was added; null where one could not be added.'),
    ...keptField,
  })
  .meta({ id: 'QueueResult' }) satisfies z.ZodType<QueueResult>;

const stateSchema = z
  .object({
    part: z.literal('queue'),
    version: versionSchema,
    status: queueStatusSchema,
    items: z.array(queueItemSchema).readonly().describe('In the order in which they will be played.'),
    voted: z.array(queueItemIdSchema).readonly().describe('Items that you voted for.'),
    skipVoted: z.boolean(),
    ...keptField,
  })
  .meta({ id: 'Queue' }) satisfies z.ZodType<QueueState>;

const historySchema = z
  .object({ part: z.literal('history'), version: versionSchema, history: z.array(queuePlayedSchema).readonly(), ...keptField })
  .meta({ id: 'QueueHistory' }) satisfies z.ZodType<QueueHistory>;

export const queueListedSchema = z.union([stateSchema, historySchema]);

const causeSchema = z
  .object({
    kind: z.enum([
      'add',
      'move',
      'remove',
      'play-now',
      'again',
      'next',
      'stay',
      'vote',
      'skip',
      'clear',
      'undo',
      'mode',
      'auto',
      'skip-percent',
    ]),
    memberId: z.string().nullable().describe('Null where the server did.'),
    name: z.string().nullable(),
    itemId: queueItemIdSchema.nullable(),
    title: z.string().nullable(),
    count: z.int().describe('How many items it was about.'),
  })
  .meta({ id: 'QueueCause' }) satisfies z.ZodType<QueueCause>;

export const queueChangedSchema = z.object({
  sessionId: sessionIdSchema,
  from: versionSchema,
  version: versionSchema,
  removed: z.array(queueItemIdSchema).readonly(),
  put: z.array(queueItemSchema).readonly().describe('Items that are new, or other than they were.'),
  votes: z.array(z.object({ itemId: queueItemIdSchema, votes: z.int().min(0) })).readonly(),
  placed: z
    .array(z.object({ itemId: queueItemIdSchema, after: queueItemIdSchema.nullable() }))
    .readonly()
    .describe('Items that are elsewhere, each behind the one it names (null: at the top), one after the other.'),
  status: queueStatusSchema.exactOptional(),
  played: z.array(queuePlayedSchema).readonly(),
  causes: z.array(causeSchema).readonly(),
}) satisfies z.ZodType<QueueChange>;
