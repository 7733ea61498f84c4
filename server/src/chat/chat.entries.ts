import type { ChatChange, ChatLine } from '@cowatch/shared/protocol';
import { z } from 'zod';

// Entries of a chat as they are stored and published to other instances: lines, and what changes them. Their numbers are
// beside them, for the store gives these.

const base = {
  opId: z.string(),
  /** Null where the server did it. */
  memberId: z.string().nullable(),
  /** Whose it is, for their export and their leaving; told to nobody. */
  viewerId: z.string().nullable(),
  atMs: z.number(),
};

const mentions = z.array(z.string()).optional();

const lineSchema = z.object({
  ...base,
  kind: z.literal('line'),
  memberId: z.string(),
  name: z.string(),
  look: z.object({ colour: z.number(), emoji: z.string() }),
  text: z.string(),
  mediaId: z.string(),
  positionS: z.number(),
  /** Was it a host's? */
  host: z.boolean(),
  replyTo: z.number().optional(),
  mentions,
  editedAtMs: z.number().optional(),
});

const name = z.string().nullable();
const settings = z.object({ slowMs: z.number(), slowBy: z.enum(['crowd', 'hosts']), links: z.enum(['everyone', 'present', 'hosts']) });

export const entrySchema = z.discriminatedUnion('kind', [
  lineSchema,
  z.object({ ...base, kind: z.literal('edited'), memberId: z.string(), target: z.number(), text: z.string(), mentions }),
  z.object({ ...base, kind: z.literal('deleted'), name, targets: z.array(z.number()) }),
  z.object({ ...base, kind: z.literal('cleared'), name }),
  z.object({ ...base, kind: z.literal('settings'), name, settings }),
]);

export type Entry = z.infer<typeof entrySchema>;
export type LineEntry = Extract<Entry, { kind: 'line' }>;

export const settingsSchema = settings;

/** An entry that the store has numbered. */
export interface Numbered {
  readonly seq: number;
  /** How many lines came before it in its window of time: `windowOf`. */
  readonly rank: number;
  readonly entry: Entry;
}

/** An entry as other instances publish it. */
export const publishedSchema = z.object({
  sessionId: z.string(),
  epoch: z.number(),
  seq: z.number(),
  rank: z.number(),
  entry: entrySchema,
});

/** Entries of this program, of any version. Null for what none of ours wrote. */
export function parseEntry(value: unknown): Entry | null {
  const parsed = entrySchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** What people are told of a line. */
export function lineOf(seq: number, entry: LineEntry): ChatLine {
  const { opId, memberId, name: who, look, text, atMs, mediaId, positionS, replyTo, mentions: mentioned, editedAtMs } = entry;
  return {
    seq,
    opId,
    memberId,
    name: who,
    look,
    text,
    atMs,
    mediaId,
    positionS,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(mentioned === undefined ? {} : { mentions: mentioned }),
    ...(editedAtMs === undefined ? {} : { editedAtMs }),
  };
}

/** What people are told of a change. */
export function changeOf(seq: number, entry: Exclude<Entry, LineEntry>): ChatChange {
  const { atMs } = entry;
  switch (entry.kind) {
    case 'edited': {
      const { memberId, target, text, mentions: mentioned } = entry;
      return { kind: 'edited', seq, atMs, memberId, target, text, ...(mentioned === undefined ? {} : { mentions: mentioned }) };
    }
    case 'deleted':
      return { kind: 'deleted', seq, atMs, memberId: entry.memberId, name: entry.name, targets: entry.targets };
    case 'cleared':
      return { kind: 'cleared', seq, atMs, memberId: entry.memberId, name: entry.name };
    case 'settings':
      return { kind: 'settings', seq, atMs, memberId: entry.memberId, name: entry.name, settings: entry.settings };
  }
}

/** Lines and changes among entries, in their order, as people are told them. */
export function toldOf(entries: readonly Numbered[]): { readonly lines: ChatLine[]; readonly changes: ChatChange[] } {
  const lines: ChatLine[] = [];
  const changes: ChatChange[] = [];
  for (const { seq, entry } of entries) {
    if (entry.kind === 'line') lines.push(lineOf(seq, entry));
    else changes.push(changeOf(seq, entry));
  }
  return { lines, changes };
}

/** What an entry makes of a line that was there before it: null where nothing is left, the same where it is about others. */
export function changedBy(entry: Entry, seq: number, line: LineEntry): LineEntry | null {
  if (entry.kind === 'edited' && entry.target === seq) {
    const { mentions: _, ...rest } = line;
    return { ...rest, text: entry.text, editedAtMs: entry.atMs, ...(entry.mentions === undefined ? {} : { mentions: entry.mentions }) };
  }
  if (entry.kind === 'cleared') return null;
  return entry.kind === 'deleted' && entry.targets.includes(seq) ? null : line;
}
