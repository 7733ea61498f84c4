import { orderKey, type ResumeRegisters, type ResumeTitle } from '@cowatch/shared/resume';
import type { StoredTitle } from '../store/resume.store.ts';

/** Value of a title, without its counters. */
export type KeptTitle = ResumeTitle & Pick<StoredTitle, 'put'>;

/** Undo copy: the two values of a title that a merge compared. */
export interface UndoCopy {
  readonly contentId: string;
  /** What the account had; null where that was nothing. */
  readonly before: KeptTitle | null;
  /** What the guest had. */
  readonly said: ResumeTitle;
}

const keyOf = (title: ResumeTitle | null) => (title?.record ? orderKey(title.record) : '');
const NAMES = ['lastWatchedAtMs', 'hiddenAtMs', 'unhiddenAtMs', 'deletedAtMs'] as const;

/**
 * The undo copy of a title, made before the merge writes it. Made again, as after a crash, or for a later write of the
 * guest, it still has what was there before the first.
 * @param earlier the copy that there is already
 */
export function undoCopyOf(earlier: UndoCopy | null, current: StoredTitle | null, said: StoredTitle): UndoCopy {
  const kept = current === null ? null : keptOf(current);
  const copy = { contentId: said.contentId, said: titleOf(said) };
  if (earlier === null) return { ...copy, before: kept };
  // Where the account wrote something itself meanwhile that this write wins over, that is what was before it.
  const isGuests = keyOf(kept) === keyOf(earlier.said);
  return { ...copy, before: isGuests || keyOf(kept) >= keyOf(said) ? earlier.before : kept };
}

/** A title without the guest's part: what was written to it since stays. Null where nothing is left. */
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

const keptOf = ({ record, registers, media, put }: KeptTitle): KeptTitle => ({ record, registers, media, put });
const titleOf = ({ record, registers, media }: ResumeTitle): ResumeTitle => ({ record, registers, media });
