import type { Effects, SessionRecord } from '@cowatch/shared/timeline';

/** Versions of the parts of a record that people are told of. */
export interface ToldVersions {
  readonly version: number;
  readonly accessVersion: number;
}

/** A commit that got no answer: it may have happened. */
export interface Doubt {
  readonly next: SessionRecord;
  readonly effects: Effects;
}

/** What of a session people here were told. */
interface Told extends ToldVersions {
  readonly bannedIds: readonly string[];
  readonly ended: boolean;
}

/** What this instance knows of one session. */
export interface Copy {
  /** The newest record this instance knows of. */
  record: SessionRecord;
  /** The store's generation under which it was last compared with everything that may be newer. */
  generation: number;
  /** False where the snapshots could not be asked then: something newer may be there. */
  sure: boolean;
  doubt: Doubt | null;
  told: Told;
  /** Versions that people here know and this instance does not: they came straight from the one that committed them. */
  heard: readonly ToldVersions[];
}

/** Unknown versions that are remembered of a session: more would only come from people who make them up. */
const HEARD_MAX = 8;

/**
 * The newest record that this instance knows of each session it attends. Bound: one record per session in attendance,
 * which forgets what nobody here has been in for a minute.
 */
export class SessionCopies {
  readonly #copies = new Map<string, Copy>();

  get(id: string): Copy | undefined {
    return this.#copies.get(id);
  }

  ids(): string[] {
    return [...this.#copies.keys()];
  }

  /** Notes a record as known, unless a newer one is. Of a session that is new here nobody needs to be told. */
  adopt(record: SessionRecord, generation: number, sure: boolean): void {
    const copy = this.#copies.get(record.id);
    if (copy === undefined) {
      const told = wholeOf(record);
      this.#copies.set(record.id, { record, generation, sure, doubt: null, told, heard: [] });
      return;
    }
    if (record.version > copy.record.version) copy.record = record;
    Object.assign(copy, { generation, sure });
  }

  /** People here were told of a change; what of it was told before it, and what was not, stays as it was. */
  toldChange(record: SessionRecord, { playback, access, kickedId, ended }: Effects): void {
    const copy = this.#copies.get(record.id);
    if (copy === undefined) return;
    const whole = wholeOf(record);
    const { told } = copy;
    const onlyKick = kickedId !== null && record.bannedIds.at(-2) === told.bannedIds.at(-1);
    copy.told = {
      version: playback ? Math.max(whole.version, told.version) : told.version,
      accessVersion: access ? Math.max(whole.accessVersion, told.accessVersion) : told.accessVersion,
      bannedIds: onlyKick ? record.bannedIds : told.bannedIds,
      ended: ended || told.ended,
    };
  }

  /** People here were told all of a record, or need not be. */
  toldAll(record: SessionRecord): void {
    const copy = this.#copies.get(record.id);
    if (copy === undefined) return;
    copy.told = wholeOf(record);
    copy.heard = [];
  }

  /** Somebody here knows these versions. What they say is believed only where the store turns out to say the same. */
  heard(id: string, versions: ToldVersions): void {
    const copy = this.#copies.get(id);
    if (copy === undefined) return;
    // What this instance knows itself it may have told them in the answer to a report, which tells nobody else.
    const { version, accessVersion } = wholeOf(copy.record);
    if (versions.version <= version && versions.accessVersion <= accessVersion) return;
    const isSame = (one: ToldVersions) =>
      one.version === versions.version && one.accessVersion === versions.accessVersion;
    if (!copy.heard.some(isSame)) copy.heard = [...copy.heard, versions].slice(-HEARD_MAX);
  }

  /** Have people here missed something of the record that is known? */
  isUntold({ record, told, heard }: Copy): boolean {
    const { version, accessVersion, bannedIds, ended } = wholeOf(record);
    if (ended && !told.ended) return true;
    if (bannedIds.length !== told.bannedIds.length || bannedIds.at(-1) !== told.bannedIds.at(-1)) return true;
    const knowVersion = version <= told.version || heard.some((one) => one.version === version);
    const knowAccess = accessVersion <= told.accessVersion || heard.some((one) => one.accessVersion === accessVersion);
    return !knowVersion || !knowAccess;
  }

  forget(id: string): void {
    this.#copies.delete(id);
  }
}

const wholeOf = ({ playback, access, bannedIds, endedAtMs }: SessionRecord): Told => ({
  version: playback.timeline.version,
  accessVersion: access.version,
  bannedIds,
  ended: endedAtMs !== null,
});
