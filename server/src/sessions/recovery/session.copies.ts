import { BANNED_MAX } from '@cowatch/shared/protocol';
import type { Effects, SessionRecord } from '@cowatch/shared/timeline';
import { type SessionChange, wholeChange } from '../session.change.ts';

/** A commit that got no answer: it may have happened. */
export interface Doubt {
  readonly next: SessionRecord;
  readonly effects: Effects;
}

/** What of a session the people here were told. */
interface Announced {
  /** Of the newest timeline. */
  readonly version: number;
  /** Of the newest settings and roles. */
  readonly accessVersion: number;
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
  announced: Announced;
}

/**
 * The newest record that this instance knows of each session it attends, and what of it the people here were told. Bound:
 * one record per session in attendance, which forgets what nobody here has been in for a minute.
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
      const { playback, access, bannedIds, endedAtMs } = record;
      const announced = {
        version: playback.timeline.version,
        accessVersion: access.version,
        bannedIds,
        ended: endedAtMs !== null,
      };
      this.#copies.set(record.id, { record, generation, sure, doubt: null, announced });
      return;
    }
    if (record.version > copy.record.version) copy.record = record;
    Object.assign(copy, { generation, sure });
  }

  /**
   * What of a change the people here have not been told yet; it counts as told from now on. Null where that is nothing:
   * a message came twice, or after a newer one. So people are told of rising versions only, and of each once.
   */
  announce(change: SessionChange): SessionChange | null {
    const copy = this.#copies.get(change.sessionId);
    // Of what nobody here attends nobody here is told.
    const news = copy === undefined ? null : newsOf(copy.announced, change);
    if (copy === undefined || news === null) return null;
    const { version, accessVersion, bannedIds, ended } = copy.announced;
    copy.announced = {
      version: news.playback?.timeline.version ?? version,
      accessVersion: news.access?.version ?? accessVersion,
      bannedIds: news.outIds.length === 0 ? bannedIds : [...bannedIds, ...news.outIds].slice(-BANNED_MAX),
      ended: ended || news.endedWith !== null,
    };
    return news;
  }

  /** Is there anything in the record that is known which people here were not told? */
  hasNews({ record, announced }: Copy): boolean {
    return newsOf(announced, wholeChange(record)) !== null;
  }

  forget(id: string): void {
    this.#copies.delete(id);
  }
}

function newsOf(announced: Announced, change: SessionChange): SessionChange | null {
  const { playback, access, outIds, endedWith } = change;
  const alreadyOut = new Set(outIds.length === 0 ? [] : announced.bannedIds);
  const news: SessionChange = {
    sessionId: change.sessionId,
    playback: playback !== null && playback.timeline.version > announced.version ? playback : null,
    access: access !== null && access.version > announced.accessVersion ? access : null,
    outIds: outIds.filter((id) => !alreadyOut.has(id)),
    endedWith: announced.ended ? null : endedWith,
  };
  const isNothing = news.playback === null && news.access === null && news.outIds.length === 0 && !news.endedWith;
  return isNothing ? null : news;
}
