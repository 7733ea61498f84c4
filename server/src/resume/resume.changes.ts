import { CodedError, type ResumeAnswer, type ResumeSaveItem, resumeSaveItemSchema } from '@cowatch/shared/protocol';
import { admit, type PutSitting, type ResumeDevice, type ResumeMedia, type ResumeRecord, titleOf } from '@cowatch/shared/resume';
import { entryOf } from './resume.domain.ts';
import { fullMessage, type Saver, titlesMax } from './resume.quota.ts';
import type { ChangedTitle, StoredTitle, TitleChange } from './store/resume.store.ts';

// Items of requests become changes, and outcomes of changes their answers.

/** An item that was read: a change for the store, or the answer where there is nothing to compare. */
export type Read = { readonly kind: 'change'; readonly change: TitleChange } | { readonly kind: 'answer'; readonly answer: ResumeAnswer };

/** Outcome of a change; `refused` is one that the store will never take. */
export type Applied = ChangedTitle | { readonly outcome: 'refused' };

/** A heartbeat leaves the row as it is; a gesture may not. */
export function changesRow({ record }: TitleChange): boolean {
  return record === null || record.seq <= 1 || record.state !== 'active';
}

export function readItem(viewerId: string, device: ResumeDevice, item: unknown, nowMs: number): Read {
  const parsed = resumeSaveItemSchema.safeParse(item);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const message = `${issue?.path.map(String).join('.') || 'item'}: ${issue?.message ?? 'is not valid'}`;
    return { kind: 'answer', answer: { outcome: 'rejected', code: 'bad_request', message } };
  }
  const { media, ...said }: ResumeSaveItem = parsed.data;
  const record: ResumeRecord = { ...said, device };
  const answer = admissionOf(record, nowMs);
  if (answer !== null) return { kind: 'answer', answer };
  return { kind: 'change', change: changeOf(viewerId, record, media ?? null, null) };
}

/** Admission: the answer to a record that is not even compared; null for one that is. */
export function admissionOf(record: ResumeRecord, nowMs: number): ResumeAnswer | null {
  const admission = admit(record, nowMs);
  if (admission.kind === 'admitted') return null;
  if (admission.kind === 'expired') return { outcome: 'expired', entry: null };
  return { outcome: 'rejected', code: admission.code, message: admission.message };
}

/** Changes within the quota of titles, as all are that viewers make themselves. */
export function bounded(saver: Saver, changes: readonly TitleChange[]): readonly TitleChange[] {
  return changes.map((change) => ({ ...change, titlesMax: titlesMax(saver) }));
}

export function changeOf(viewerId: string, record: ResumeRecord, media: ResumeMedia | null, put: PutSitting | null): TitleChange {
  return { viewerId, contentId: record.contentId, put, ...titleOf(record, media) };
}

/** Answer to a change. One that was meant before a clearance is stale, though there was nothing to compare it with. */
export function answerOf(saver: Saver, changed: Applied | undefined, nowMs: number): ResumeAnswer {
  if (changed === undefined) throw new Error('the store gave an answer too few');
  if (changed.outcome === 'refused') return { outcome: 'rejected', code: 'bad_request', message: NOT_STORABLE };
  if (changed.outcome === 'full') return { outcome: 'rejected', code: 'conflict', message: fullMessage(saver) };
  const { outcome, stored } = changed;
  const entry = entryOf(stored, nowMs);
  const isGone = entry === null && stored.record?.state !== 'deleted';
  return { outcome: isGone && outcome === 'applied' ? 'stale' : outcome, entry };
}

/** The title as it is stored now. @throws CodedError `bad_request` where the store would not have it, `conflict` where it is one too many */
export function storedIn(saver: Saver, changed: Applied | undefined): StoredTitle {
  if (changed === undefined) throw new Error('the store gave an answer too few');
  if (changed.outcome === 'full') throw new CodedError('conflict', fullMessage(saver));
  if (changed.outcome === 'refused') throw new CodedError('bad_request', NOT_STORABLE);
  return changed.stored;
}

const NOT_STORABLE = 'This cannot be stored.';

export function nothingOf(): CodedError {
  return new CodedError('not_found', 'You have watched nothing of this.');
}
