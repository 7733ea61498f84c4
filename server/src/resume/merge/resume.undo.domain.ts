import { orderKey, type ResumeRegisters, type ResumeTitle } from '@cowatch/shared/resume';
import type { StoredTitle } from '../store/resume.store.ts';

/** A title as it is kept, without what only counts. */
export type KeptTitle = ResumeTitle & Pick<StoredTitle, 'put'>;

/** What it takes to undo that a guest's word on a title joined an account's. */
export interface UndoCopy {
  readonly contentId: string;
  /** What the account had; null where that was nothing. */
  readonly before: KeptTitle | null;
  /** What joined. */
  readonly said: ResumeTitle;
}

const keyOf = (title: ResumeTitle | null) => (title?.record ? orderKey(title.record) : '');
const NAMES = ['lastWatchedAtMs', 'hiddenAtMs', 'unhiddenAtMs', 'deletedAtMs'] as const;

/**
 * What to keep before a guest's word on a title joins what the account has. Taken again, as after a crash, or for a
 * later word of the guest, it still says what was there before any of them.
 */
export function undoCopyOf(known: UndoCopy | null, current: StoredTitle | null, said: StoredTitle): UndoCopy {
  const kept = current === null ? null : keptOf(current);
  const copy = { contentId: said.contentId, said: titleOf(said) };
  if (known === null) return { ...copy, before: kept };
  // Where the account said something itself meanwhile that this word wins over, that is what was before it.
  const isGuests = keyOf(kept) === keyOf(known.said);
  return { ...copy, before: isGuests || keyOf(kept) >= keyOf(said) ? known.before : kept };
}

/**
 * A title without what joined it: whatever was said of it since stays. Null where nothing is left.
 */
export function takenBack(current: KeptTitle, { before, said }: UndoCopy): KeptTitle | null {
  const isGuests = said.record !== null && keyOf(current) === keyOf(said);
  const source = isGuests ? before : current;
  const media = said.media !== null && current.media?.key === said.media.key ? (before?.media ?? null) : current.media;
  const registers = Object.fromEntries(
    NAMES.map((name) => {
      const [now, joined, was] = [current.registers[name], said.registers[name], before?.registers[name] ?? 0];
      return [name, now === joined && now > was ? was : now];
    }),
  ) as unknown as ResumeRegisters;
  const left = { record: source?.record ?? null, put: source?.put ?? null, media, registers };
  return left.record === null && NAMES.every((name) => registers[name] === 0) ? null : left;
}

export const keptOf = ({ record, registers, media, put }: KeptTitle): KeptTitle => ({ record, registers, media, put });
const titleOf = ({ record, registers, media }: ResumeTitle): ResumeTitle => ({ record, registers, media });
