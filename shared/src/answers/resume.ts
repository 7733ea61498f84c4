import { z } from 'zod';
import {
  type ContinueEntry,
  contentIdSchema,
  type DeviceChange,
  type DeviceHelloResult,
  type DeviceOrder,
  deviceActionSchema,
  devicePlayingSchema,
  ERROR_CODES,
  type HistoryEntry,
  opIdSchema,
  type ResumeAnswer,
  type ResumeEntry,
  type ResumeSaveResult,
  type ResumeStartResult,
  resumeSaveItemSchema,
  resumeSaveSchema,
  viewerIdSchema,
} from '../protocol/index.ts';
import { BATCH_MAX, type DeviceScreen } from '../resume/index.ts';

// What the server says of titles and devices. Never strict: fields may be added. Times and positions are milliseconds.

const timeSchema = z.number().min(0);
const positionSchema = z.int().min(0);

/** The device that said something. */
const deviceSchema = z.object({ id: z.string(), name: z.string() }).meta({ id: 'Device' });

export const titleMediaSchema = z
  .object({ url: z.string(), title: z.string().nullable() })
  .meta({ id: 'ResumeMedia', description: 'What plays where the content id leads.' });

export const resumeEntrySchema = z
  .object({
    contentId: z.string(),
    positionMs: positionSchema,
    durationMs: positionSchema.nullable(),
    resumeAtMs: positionSchema.describe('Where to go on now: the position, less what an absence makes one forget.'),
    watchedMs: positionSchema,
    state: z.enum(['active', 'completed']),
    committed: z.boolean().describe('Was enough watched for the position to count as meant?'),
    intentAtMs: timeSchema.describe('When somebody began this, by the server’s clock.'),
    sittingId: z.string().describe('32 hexadecimal digits.'),
    seq: z.int().min(0),
    savedAtMs: timeSchema,
    lastWatchedAtMs: timeSchema,
    previousPositionMs: positionSchema.nullable().describe('Where it was before, so that it can be undone.'),
    hidden: z.boolean(),
    device: deviceSchema,
    media: titleMediaSchema.nullable(),
  })
  .meta({
    id: 'ResumeEntry',
    examples: [
      {
        contentId: 'title:sample',
        positionMs: 61_000,
        durationMs: 300_000,
        resumeAtMs: 58_000,
        watchedMs: 61_000,
        state: 'active',
        committed: true,
        intentAtMs: 1_700_000_000_000,
        sittingId: '0'.repeat(32),
        seq: 7,
        savedAtMs: 1_700_000_061_000,
        lastWatchedAtMs: 1_700_000_061_000,
        previousPositionMs: null,
        hidden: false,
        device: { id: 'kitchen-tablet', name: 'Kitchen tablet' },
        media: null,
      },
    ],
  }) satisfies z.ZodType<ResumeEntry>;

const entryOrNull = resumeEntrySchema.nullable();

export const resumeSavedSchema = z
  .object({
    outcome: z.enum(['applied', 'duplicate', 'stale', 'accepted', 'expired']),
    entry: entryOrNull.describe('What holds now; null where the title is deleted, and with `accepted` and `expired`.'),
    kept: z
      .literal(false)
      .exactOptional()
      .describe('False where it is in a Redis that may lose it, until it is in the database; absent where it is durable.'),
  })
  .meta({ id: 'ResumeSaved' });

const resumeAnswerSchema = z
  .union([
    resumeSavedSchema,
    z
      .object({ outcome: z.literal('rejected'), code: z.enum([...ERROR_CODES, 'clock_skew']), message: z.string() })
      .meta({ id: 'ResumeRejected' }),
  ])
  .meta({ id: 'ResumeAnswer' }) satisfies z.ZodType<ResumeAnswer>;

export const resumeAnswersSchema = z
  .object({ serverMs: timeSchema, answers: z.array(resumeAnswerSchema).readonly() })
  .meta({ id: 'ResumeAnswers' }) satisfies z.ZodType<ResumeSaveResult>;

export const resumeStartedSchema = z
  .object({ serverMs: timeSchema, entry: entryOrNull })
  .meta({ id: 'ResumeStarted' }) satisfies z.ZodType<ResumeStartResult>;

export const continueEntrySchema = z
  .object({
    contentId: z.string().describe('What to play next.'),
    kind: z.enum(['resume', 'next']),
    entry: resumeEntrySchema.describe('Where one is in it; of a `next`, in the episode before it.'),
  })
  .meta({ id: 'ContinueEntry' }) satisfies z.ZodType<ContinueEntry>;

export const historyEntrySchema = z
  .object({
    contentId: z.string(),
    begunAtMs: timeSchema,
    completedAtMs: timeSchema.nullable(),
    media: titleMediaSchema.nullable(),
  })
  .meta({ id: 'HistoryEntry' }) satisfies z.ZodType<HistoryEntry>;

export const deviceScreenSchema = z
  .object({
    screenId: z.string(),
    device: deviceSchema,
    playing: z.object(devicePlayingSchema.shape).nullable(),
    opens: z.boolean(),
    saidAtMs: timeSchema,
  })
  .meta({ id: 'DeviceScreen' }) satisfies z.ZodType<DeviceScreen>;

export const deviceHelloResultSchema = z
  .object({
    viewerId: viewerIdSchema,
    serverMs: timeSchema,
    name: z.string().describe('What this device is called.'),
    screens: z.array(deviceScreenSchema).readonly(),
  })
  .meta({ id: 'DeviceHelloResult' }) satisfies z.ZodType<DeviceHelloResult>;

/** `resume:save` as a client should send it: items are checked one by one, so that the message itself takes anything for one. */
export const resumeSaveDescribed = resumeSaveSchema
  .extend({ items: z.array(resumeSaveItemSchema).min(1).max(BATCH_MAX) })
  .meta({ id: 'ResumeSave' });

/** The events of one's titles and devices that the server sends unasked. */
export const resumeUpdatedSchema = z.object({ contentId: contentIdSchema, entry: entryOrNull });
export const resumeSupersededSchema = z.object({ contentId: contentIdSchema, device: deviceSchema });
export const continueChangedSchema = z.object({});
export const deviceChangedSchema = z.union([
  deviceScreenSchema,
  z.object({ screenId: z.string(), gone: z.literal(true) }),
]) satisfies z.ZodType<DeviceChange>;
export const deviceOrderSchema = z.object({
  opId: opIdSchema,
  action: deviceActionSchema,
}) satisfies z.ZodType<DeviceOrder>;
