import type { ResumeSaveItem } from '../../protocol/index.ts';
import { BATCH_MAX, type OutboxEntry, recordOfEntry } from '../../resume/index.ts';

/** What a request has around its items, in bytes. */
const REQUEST_BYTES = 200;

/** The item that a stamped entry is sent as. */
export function itemOf(entry: OutboxEntry): ResumeSaveItem {
  const { device: _, ...record } = recordOfEntry(entry);
  return { ...record, ...(entry.media === null ? {} : { media: entry.media }) };
}

/** Items of one request of at most so many bytes, oldest first. Should there be too many entries, the older ones are left out. */
export function newestItems(stamped: readonly OutboxEntry[], bytesMax: number): ResumeSaveItem[] {
  const items: ResumeSaveItem[] = [];
  let bytes = REQUEST_BYTES;
  for (const entry of stamped.toReversed()) {
    const item = itemOf(entry);
    // UTF-16 units understate bytes at most threefold.
    bytes += 3 * JSON.stringify(item).length;
    if (bytes > bytesMax || items.length === BATCH_MAX) break;
    items.unshift(item);
  }
  return items;
}
