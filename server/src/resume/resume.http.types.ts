import {
  type ContinueEntry,
  contentIdSchema,
  type HistoryEntry,
  type ResumeEntry,
  resumeDeviceSchema,
  rowLimitSchema,
} from '@cowatch/shared/protocol';
import { ROW_LIMIT } from '@cowatch/shared/resume';
import { z } from 'zod';
import { HISTORY_PAGE, HISTORY_PAGE_MAX, IDS_MAX } from './resume.limits.ts';

// What the routes of resume take and give, as the OpenAPI document shows it.

const mediaSchema = z.object({ url: z.string(), title: z.string().nullable() }).nullable();

export const entrySchema = z
  .object({
    contentId: z.string(),
    positionMs: z.number().int(),
    durationMs: z.number().int().nullable(),
    resumeAtMs: z.number().int().describe('Where to go on now: the position, less what an absence makes one forget.'),
    watchedMs: z.number().int(),
    state: z.enum(['active', 'completed']),
    committed: z.boolean().describe('Was enough watched for the position to count as meant?'),
    intentAtMs: z.number().describe('When somebody began this, by the server’s clock.'),
    sittingId: z.string(),
    seq: z.number().int(),
    savedAtMs: z.number(),
    lastWatchedAtMs: z.number(),
    previousPositionMs: z.number().int().nullable().describe('Where it was before, so that it can be undone.'),
    hidden: z.boolean(),
    device: z.object({ id: z.string(), name: z.string() }),
    media: mediaSchema,
  })
  .meta({ id: 'ResumeEntry' }) satisfies z.ZodType<ResumeEntry>;

export const savedSchema = z
  .object({ outcome: z.enum(['applied', 'duplicate', 'stale', 'accepted', 'expired']), entry: entrySchema.nullable() })
  .meta({ id: 'ResumeSaved' });

export const answersSchema = z
  .object({
    serverMs: z.number(),
    answers: z.array(
      z.union([savedSchema, z.object({ outcome: z.literal('rejected'), code: z.string(), message: z.string() })]),
    ),
  })
  .meta({ id: 'ResumeAnswers' });

export const rowSchema = z.object({
  entries: z.array(
    z.object({
      contentId: z.string(),
      kind: z.enum(['resume', 'next']),
      entry: entrySchema,
    }) satisfies z.ZodType<ContinueEntry>,
  ),
});

export const historySchema = z.object({
  entries: z.array(
    z.object({
      contentId: z.string(),
      begunAtMs: z.number(),
      completedAtMs: z.number().nullable(),
      media: mediaSchema,
    }) satisfies z.ZodType<HistoryEntry>,
  ),
  paused: z.boolean(),
  next: z.string().nullable().describe('Give it as `after` for the next page; null on the last.'),
});

export const idParams = z.object({
  contentId: contentIdSchema.describe('Percent-encoded. Any text of up to 512 characters names a title.'),
});

/** `?id=a` or `?id=a&id=b`. */
export const idsQuery = z.strictObject({
  id: z.union([contentIdSchema.transform((id) => [id]), z.array(contentIdSchema).min(1).max(IDS_MAX)]),
});

export const rowQuery = z.strictObject({ limit: rowLimitSchema.default(ROW_LIMIT) });

/** Where a page ended, as the one before it gave it. */
const PAGE_END = /^(\d{1,16})-([0-9a-f]{32})$/;

export const historyQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(HISTORY_PAGE_MAX).default(HISTORY_PAGE),
  after: z.string().regex(PAGE_END).optional(),
});

export function pageEndOf(after: string | undefined): { readonly atMs: number; readonly id: string } | null {
  const [, atMs, id] = PAGE_END.exec(after ?? '') ?? [];
  return atMs === undefined || id === undefined ? null : { atMs: Number(atMs), id };
}

/** Who says it; programs that name no device are all one. */
export const sayerSchema = z.strictObject({ device: resumeDeviceSchema.optional() }).nullish();
