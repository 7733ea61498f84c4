import { type ResumeRecord, titleOf } from '@cowatch/shared/resume';
import type { TitleChange } from './resume.store.ts';

let viewers = 0;
/** Somebody whom no test knows yet. */
export function newViewer(): string {
  viewers += 1;
  return `viewer-${viewers}`.padEnd(22, '_');
}

/** What a record says, of a viewer. */
export const changeOf = (viewerId: string, record: ResumeRecord, media: string | null = null): TitleChange => ({
  viewerId,
  contentId: record.contentId,
  put: null,
  ...titleOf(record, media === null ? null : { url: media, title: null }),
});
