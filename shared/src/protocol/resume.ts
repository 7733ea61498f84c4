import { z } from 'zod';
import { SEQ_MAX, SITTING_ID_PATTERN } from '../resume/order.ts';
import { BATCH_MAX } from '../resume/outbox.ts';
import type { ResumeMedia, ResumeRecord, SaveOutcome } from '../resume/record.ts';
import { CONTENT_ID_MAX_CHARS } from '../resume/resume.constants.ts';
import type { ErrorCode } from './errors.ts';
import type { Kept } from './kept.ts';
import { DEVICE_NAME_MAX_CHARS, MEDIA_TITLE_MAX_CHARS, POSITION_MAX_S } from './limits.ts';
import { mediaUrlSchema } from './schemas.ts';
import { boundedText, visibleText } from './text.ts';

const POSITION_MAX_MS = POSITION_MAX_S * 1000;

/** Any text of 1 to 512 characters, without control characters: it has to travel in addresses and live in a database. */
export const contentIdSchema = boundedText(1, CONTENT_ID_MAX_CHARS)
  .refine((text) => !/\p{Cc}/u.test(text), 'has a character that is none')
  // The same in words that every language's patterns know.
  .meta({ pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]+$' });

export const viewerIdSchema = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

/** The device one speaks from: its name is for people, its id made once and kept there. */
export const resumeDeviceSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{8,40}$/),
  name: visibleText(DEVICE_NAME_MAX_CHARS),
});

export const resumeMediaSchema = z.strictObject({
  url: mediaUrlSchema,
  title: visibleText(MEDIA_TITLE_MAX_CHARS).nullable(),
}) satisfies z.ZodType<ResumeMedia>;

export const positionMsSchema = z.int().min(0).max(POSITION_MAX_MS);
export const timeMsSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** One thing that a device says of one title: a record without the device, which the whole batch has. */
export const resumeSaveItemSchema = z.strictObject({
  contentId: contentIdSchema,
  committed: z.boolean(),
  intentAtMs: timeMsSchema,
  sittingId: z.string().regex(SITTING_ID_PATTERN),
  seq: z.int().min(0).max(SEQ_MAX),
  positionMs: positionMsSchema,
  durationMs: positionMsSchema.positive().nullable(),
  watchedMs: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  state: z.enum(['active', 'completed', 'deleted']),
  previousPositionMs: positionMsSchema.nullable(),
  savedAtMs: timeMsSchema,
  /** Null says no more than leaving it out: what was known before stays. */
  media: resumeMediaSchema.nullish(),
});
export type ResumeSaveItem = z.infer<typeof resumeSaveItemSchema>;

/** `resume:save` and `POST /resume/batch`. Items are checked one by one: a wrong one does not keep the others out. */
export const resumeSaveSchema = z.strictObject({
  /** Whose it is: what one person did offline never lands in the login of another. */
  viewerId: viewerIdSchema,
  device: resumeDeviceSchema,
  items: z.array(z.unknown()).min(1).max(BATCH_MAX),
});
export type ResumeSaveRequest = z.infer<typeof resumeSaveSchema>;

/** `resume:start`: somebody is about to watch this here. */
export const resumeStartSchema = z.strictObject({ contentId: contentIdSchema, device: resumeDeviceSchema });
export type ResumeStartRequest = z.infer<typeof resumeStartSchema>;

/** Body of `PUT /resume/:contentId`: a player that only says where it is. */
export const resumePutSchema = z.strictObject({
  positionMs: z.number().min(0).max(POSITION_MAX_MS),
  durationMs: z.number().positive().max(POSITION_MAX_MS).nullish(),
  media: resumeMediaSchema.nullish(),
});
export type ResumePut = z.infer<typeof resumePutSchema>;

/** A title as its viewer may know it. */
export interface ResumeEntry extends Omit<ResumeRecord, 'state'> {
  readonly state: 'active' | 'completed';
  readonly hidden: boolean;
  /** When it was last watched on any device, in server milliseconds. */
  readonly lastWatchedAtMs: number;
  /** Where going on with it begins now: the position, less what an absence makes one forget. */
  readonly resumeAtMs: number;
  readonly media: ResumeMedia | null;
}

/** What became of one item. `entry` is what now holds; null where the title is deleted. */
export type ResumeAnswer =
  | ({ readonly outcome: SaveOutcome | 'expired' | 'accepted'; readonly entry: ResumeEntry | null } & Kept)
  | { readonly outcome: 'rejected'; readonly code: ErrorCode | 'clock_skew'; readonly message: string };

/** Answer to a batch: one for each item, in the order they came. */
export interface ResumeSaveResult {
  readonly serverMs: number;
  readonly answers: readonly ResumeAnswer[];
}

/** Answer to `resume:start`. */
export interface ResumeStartResult {
  readonly serverMs: number;
  readonly entry: ResumeEntry | null;
}

/** One entry of the continue-watching row. */
export interface ContinueEntry {
  readonly contentId: string;
  readonly kind: 'resume' | 'next';
  readonly entry: ResumeEntry;
}

/** One sitting in the history. */
export interface HistoryEntry {
  readonly contentId: string;
  readonly begunAtMs: number;
  /** Null where it was not watched to its end then. */
  readonly completedAtMs: number | null;
  readonly media: ResumeMedia | null;
}
