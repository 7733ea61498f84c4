import { createHash } from 'node:crypto';

/** Fixed for ever: what is in a journal is found where it was put. */
export const SHARDS = 256;

/** Which shard a viewer's titles are in. */
export function shardOf(viewerId: string): number {
  return createHash('sha256').update(viewerId).digest()[0] as number;
}

/** Everything of one shard is in one slot of a Cluster. */
function key(shard: number, what: string): string {
  return `cowatch:{r${String(shard).padStart(3, '0')}}:${what}`;
}

/** The changes of a shard that are not in PostgreSQL yet, a stream. */
export const journalKey = (shard: number) => key(shard, 'journal');
/** Which instance writes a shard's journal to PostgreSQL. */
export const leaseKey = (shard: number) => key(shard, 'lease');

/**
 * A viewer's title, a hash. Content ids are any text; in base64url they can neither hold a hash tag of their own nor
 * look like another viewer's.
 */
export function titleKey(viewerId: string, contentId: string): string {
  return key(shardOf(viewerId), `title:${encoded(viewerId)}:${encoded(contentId)}`);
}

/** What holds for all titles of a viewer, a hash. */
export const viewerKey = (viewerId: string) => key(shardOf(viewerId), `viewer:${encoded(viewerId)}`);
/** Which of a viewer's titles have changes in the journal: by content id, the last of them. */
export const dirtyKey = (viewerId: string) => key(shardOf(viewerId), `dirty:${encoded(viewerId)}`);

/** What a store is tried with, and emptied again. */
export const sampleKey = (what: string) => key(0, `sample:${what}`);

const encoded = (text: string) => Buffer.from(text).toString('base64url');
