import { historyEntrySchema, resumeEntrySchema } from '@cowatch/shared/answers';
import { z } from 'zod';
import type { ExportField } from '../platform/viewer-data.ts';
import type { ResumeService } from './resume.service.ts';

/** What the account export has of resume, as the API's document shows it. */
export const exportedFields = {
  historyPaused: z.boolean(),
  titles: z.array(resumeEntrySchema),
  history: z.array(historyEntrySchema),
};

/** Every title and every sitting of a viewer. */
export async function* exportOf(resume: ResumeService, viewerId: string, nowMs: number): AsyncGenerator<ExportField> {
  const { paused } = await resume.history(viewerId, null, 1);
  yield { name: 'historyPaused', value: paused };
  yield { name: 'titles', values: resume.everyTitle(viewerId, nowMs) };
  yield { name: 'history', values: resume.everySitting(viewerId) };
}
