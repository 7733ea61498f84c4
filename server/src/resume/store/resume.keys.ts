import { createHash } from 'node:crypto';

/** Count of shards, fixed for ever: an entry is found in the journal it was put in. */
export const SHARDS = 256;

/** Shard of a viewer's titles. */
export function shardOf(viewerId: string): number {
  return createHash('sha256').update(viewerId).digest()[0] as number;
}

/** Everything of one shard is in one slot of a Cluster. */
function key(shard: number, what: string): string {
  return `cowatch:{r${String(shard).padStart(3, '0')}}:${what}`;
}

/** Write-behind journal of a shard, a stream: the changes that are not in PostgreSQL yet. */
export const journalKey = (shard: number) => key(shard, 'journal');
/** Lease of a shard: the instance that writes its journal to PostgreSQL. */
export const leaseKey = (shard: number) => key(shard, 'lease');

/**
 * A viewer's title, a hash. Content ids are any text; in base64url they can neither hold a hash tag of their own nor
 * look like another viewer's.
 */
export function titleKey(viewerId: string, contentId: string): string {
  return key(shardOf(viewerId), `title:${encoded(viewerId)}:${encoded(contentId)}`);
}

/** Clearance and count of a viewer's titles, a hash. */
export const viewerKey = (viewerId: string) => key(shardOf(viewerId), `viewer:${encoded(viewerId)}`);
/** Dirty titles of a viewer, a hash: by content id, the last entry in the journal. */
export const dirtyKey = (viewerId: string) => key(shardOf(viewerId), `dirty:${encoded(viewerId)}`);

/** Keys of the probe write. */
export const sampleKey = (what: string) => key(0, `sample:${what}`);

const encoded = (text: string) => Buffer.from(text).toString('base64url');
