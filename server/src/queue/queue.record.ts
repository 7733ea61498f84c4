import { addedBySchema, CodedError, queueModeSchema } from '@cowatch/shared/protocol';
import { EMPTY_QUEUE, type QueueRecord } from '@cowatch/shared/queue';
import { z } from 'zod';
import { type Companion, mediaMessage, type Parties } from '../sessions/index.ts';

/** The companion that a queue is. */
export const QUEUE = 'queue';

// Parsed and not trusted: it may come from an instance of another version. Fields that are not known here stay.

const entry = z.looseObject({
  itemId: z.string(),
  media: mediaMessage,
  startS: z.number(),
  addedBy: addedBySchema,
  addedAtMs: z.number(),
  voters: z.array(z.string()),
  positionS: z.number().exactOptional(),
});

const recordSchema = z.looseObject({
  version: z.number(),
  items: z.array(entry),
  mode: queueModeSchema,
  auto: z.boolean(),
  skipPercent: z.number(),
  current: entry.nullable(),
  wishes: z.looseObject({ mediaId: z.string(), skipVoters: z.array(z.string()), stay: z.boolean() }).nullable(),
  history: z.array(
    z.looseObject({
      itemId: z.string(),
      media: mediaMessage,
      startS: z.number(),
      addedBy: addedBySchema.nullable(),
      playedAtMs: z.number(),
      positionS: z.number().exactOptional(),
    }),
  ),
  tombstones: z.array(z.looseObject({ itemId: z.string(), before: z.string().nullable() })),
  undo: z.array(
    z.looseObject({
      kind: z.enum(['remove', 'clear', 'move']),
      memberId: z.string(),
      name: z.string(),
      count: z.number(),
      untilMs: z.number(),
      entries: z.array(z.looseObject({ entry, after: z.string().nullable() })),
    }),
  ),
  ops: z.array(
    z.looseObject({
      opId: z.string(),
      memberId: z.string(),
      result: z.looseObject({ version: z.number(), changed: z.boolean(), added: z.array(z.string().nullable()).exactOptional() }),
    }),
  ),
}) satisfies z.ZodType<QueueRecord>;

/** Each companion is parsed once, for as long as it is held elsewhere. */
const parsed = new WeakMap<Companion, QueueRecord>();

/** The queue that a companion is; an empty one where there is none. @throws CodedError `unavailable` for one of a version that is not understood here */
export function queueOf(companion: Companion | null): QueueRecord {
  if (companion === null) return EMPTY_QUEUE;
  let queue = parsed.get(companion);
  if (queue === undefined) {
    const result = recordSchema.safeParse(companion.record);
    if (!result.success) throw new CodedError('unavailable', 'The queue is of another version of the server.');
    queue = result.data;
    parsed.set(companion, queue);
  }
  return queue;
}

/** The queue of a party as it is cached here; null where it must be read, or there is none. */
export function cachedQueue(parties: Pick<Parties, 'cachedCompanion'>, sessionId: string): QueueRecord | null {
  const companion = parties.cachedCompanion(sessionId, QUEUE);
  return companion === null ? null : queueOf(companion);
}

/** A queue as the companion that it is committed as. */
export function companionOf(queue: QueueRecord): Companion {
  const companion: Companion = { name: QUEUE, version: queue.version, record: queue };
  parsed.set(companion, queue);
  return companion;
}
