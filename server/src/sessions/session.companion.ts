import { COMPANION_COMMITS_MAX, nextVersion, type SessionRecord } from '@cowatch/shared/timeline';

/**
 * Companion: what another feature keeps of a session beside its record, under the same hash tag. It changes only in a commit
 * of the record, which names its version: so the record's compare-and-set stands for both, a change of both is one commit,
 * and a commit that does not change the companion does not write it. To sessions it is opaque.
 */
export interface Companion {
  readonly name: string;
  readonly version: number;
  /** JSON, of whose it is. */
  readonly record: unknown;
}

/** The record that a companion is committed with: it names the companion's version, and this commit. */
export function withCompanion(record: SessionRecord, { name, version }: Companion, commitId: string, nowMs: number): SessionRecord {
  const before = record.companions?.[name]?.commits ?? [];
  const mark = { version, commits: [...before, commitId].slice(-COMPANION_COMMITS_MAX) };
  return { ...record, version: nextVersion(record.version, nowMs), companions: { ...record.companions, [name]: mark } };
}

/** Is this the version of a companion that belongs to the record? */
export const isOf = ({ companions }: SessionRecord, companion: Companion): boolean =>
  companions?.[companion.name]?.version === companion.version;
