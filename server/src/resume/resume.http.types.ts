import {
  continueEntrySchema,
  historyEntrySchema,
  resumeAnswersSchema,
  resumeEntrySchema,
  resumeSavedSchema,
  tokenFields,
} from '@cowatch/shared/answers';
import { contentIdSchema, resumeDeviceSchema, resumePutSchema, resumeSaveItemSchema, resumeSaveSchema } from '@cowatch/shared/protocol';
import { BATCH_MAX, ROW_LIMIT, ROW_LIMIT_MAX } from '@cowatch/shared/resume';
import { z } from 'zod';
import { withExample } from '../platform/http/openapi.ts';
import { queryNumber } from '../platform/http/query.ts';
import { HISTORY_PAGE, HISTORY_PAGE_MAX, IDS_MAX } from './resume.limits.ts';

// What the routes of resume take and give, as the OpenAPI document shows it.

export const rowSchema = z.object({ entries: z.array(continueEntrySchema) }).meta({ id: 'ContinueRow' });

export const historySchema = z
  .object({
    entries: z.array(historyEntrySchema),
    paused: z.boolean(),
    next: z.string().nullable().describe('Give it as `after` for the next page; null on the last.'),
  })
  .meta({ id: 'History' });

export const idParams = z.object({
  contentId: contentIdSchema.describe('Percent-encoded. Any text of up to 512 characters names a title.'),
});

/** `?id=a` or `?id=a&id=b`. */
export const idsQuery = z.strictObject({
  id: z
    .union([contentIdSchema.transform((id) => [id]), z.array(contentIdSchema).min(1).max(IDS_MAX)])
    .describe('Content ids, percent-encoded; those that one has not watched are not in the answer.'),
});

const DEVICE = { id: 'kitchen-tablet', name: 'Kitchen tablet' };
const ITEM = {
  contentId: 'title:sample',
  committed: true,
  intentAtMs: 1_700_000_000_000,
  sittingId: '0'.repeat(32),
  seq: 7,
  positionMs: 61_000,
  durationMs: 300_000,
  watchedMs: 61_000,
  state: 'active',
  previousPositionMs: null,
  savedAtMs: 1_700_000_061_000,
  media: null,
};

export const rowQuery = z.strictObject({
  limit: queryNumber(1, ROW_LIMIT_MAX).default(ROW_LIMIT).describe('Most entries.'),
});

/** Cursor of a page, as the one before it gave it. */
const PAGE_END = /^(\d{1,16})-([0-9a-f]{32})$/;

export const historyQuery = z.strictObject({
  limit: queryNumber(1, HISTORY_PAGE_MAX).default(HISTORY_PAGE).describe('Most entries on a page.'),
  after: z.string().regex(PAGE_END).optional().describe('`next` of the page before.'),
});

export function pageEndOf(after: string | undefined): { readonly atMs: number; readonly id: string } | null {
  const [, atMs, id] = PAGE_END.exec(after ?? '') ?? [];
  return atMs === undefined || id === undefined ? null : { atMs: Number(atMs), id };
}

/** An answer that may come with a new identity: a caller without one becomes a guest by it. */
export const putAnswer = resumeSavedSchema.extend(tokenFields).meta({ id: 'ResumePutAnswer' });
export const saveAnswer = resumeAnswersSchema.extend(tokenFields).meta({ id: 'ResumeBatchAnswer' });
export const editAnswer = resumeEntrySchema.extend(tokenFields).meta({ id: 'ResumeEditAnswer' });
export const pauseAnswer = z.object({ paused: z.boolean(), ...tokenFields }).meta({ id: 'HistoryPaused' });

/** Schema of an item for the documents; items themselves are checked one by one. */
const item = z.unknown().meta({ ...z.toJSONSchema(resumeSaveItemSchema, { io: 'input' }) });

export const saveBody = withExample(resumeSaveSchema.extend({ items: z.array(item).min(1).max(BATCH_MAX) }), {
  viewerId: 'y5TQb1x0Zc8nKd3vWm2LpA',
  device: DEVICE,
  items: [ITEM],
});

export const putBody = withExample(resumePutSchema, {
  positionMs: 61_000,
  durationMs: 300_000,
  media: { url: 'https://cdn.example/film.mp4', title: 'Film' },
});

/** The device that saves; programs that name none are all one. */
export const sayerSchema = withExample(z.strictObject({ device: resumeDeviceSchema.optional() }).nullish(), {
  device: DEVICE,
});
