import { currentContentId } from '@cowatch/shared/media';
import type { ContinueEntry } from '@cowatch/shared/protocol';
import { continueRow, ROW_WINDOW_MS, type RowEntry } from '@cowatch/shared/resume';
import { entryOf } from './resume.domain.ts';
import { ROW_PAGE, ROW_PAGES_MAX } from './resume.limits.ts';
import type { OfferedPage, PageEnd, StoredTitle, TitleStore } from './store/resume.store.ts';

/** The continue row of a viewer. Reads as many candidates as it takes to fill it. */
export async function readRow(
  store: Pick<TitleStore, 'offered'>,
  viewerId: string,
  limit: number,
  nowMs: number,
): Promise<readonly ContinueEntry[]> {
  const candidates: StoredTitle[] = [];
  let after: PageEnd | null = null;
  for (let page = 0; page < ROW_PAGES_MAX; page += 1) {
    const found: OfferedPage = await store.offered(viewerId, nowMs - ROW_WINDOW_MS, after, ROW_PAGE);
    candidates.push(...found.titles);
    after = found.next;
    // What was hardly begun fills the row only where all there is has been read.
    if (after === null || rowOf(candidates, limit, nowMs).filter(({ isLow }) => !isLow).length >= limit) break;
  }
  const byContentId = new Map(candidates.map((stored) => [stored.record?.contentId, stored]));
  return rowOf(candidates, limit, nowMs).flatMap(({ contentId, kind, record }) => {
    const stored = byContentId.get(record.contentId);
    const entry = stored === undefined ? null : entryOf(stored, nowMs);
    return entry === null ? [] : [{ contentId, kind, entry }];
  });
}

/** Titles are not parts of shows yet; those that are one content today stand as one ([MEDIA8]), and nothing comes next. */
function rowOf(candidates: readonly StoredTitle[], limit: number, nowMs: number): RowEntry[] {
  const { clearedAtMs = 0 } = candidates[0] ?? {};
  const urls = new Map(candidates.map(({ contentId, media }) => [contentId, media?.url]));
  const placeOf = (contentId: string) => ({
    showId: currentContentId(contentId, urls.get(contentId)),
    nextContentId: null,
  });
  return continueRow(candidates, { nowMs, clearedAtMs, limit, placeOf });
}
