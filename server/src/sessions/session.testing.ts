import { SAMPLE } from '@cowatch/shared/media';
import { CodedError } from '@cowatch/shared/protocol';
import { createSessionRecord, type SessionRecord } from '@cowatch/shared/timeline';
import { deferred } from '../platform/promises.testing.ts';
import { bundledTitles } from '../titles/sample.ts';
import { createTitleCatalog } from '../titles/title-catalog.ts';
import { noFacts } from '../titles/titles.testing.ts';
import type { OwnedCompanion, PresenceMark, SessionSnapshots, StoredSession } from './recovery/snapshots.ts';
import type { Companion } from './session.companion.ts';
import { newSessionId } from './session.domain.ts';

const OWNER_ID = 'owner-member';

/** A catalog of links and the bundled clip. */
export const testTitles = createTitleCatalog([bundledTitles], noFacts);

/** A new session for tests, with what they want different. */
export function aSession(changes: Partial<SessionRecord> = {}, nowMs = 1_700_000_000_000): SessionRecord {
  const record = createSessionRecord({
    id: newSessionId(),
    nowMs,
    owner: { memberId: OWNER_ID, name: 'Ana' },
    name: 'Friday film',
    control: 'everyone',
    media: SAMPLE,
    startS: 0,
  });
  return { ...record, ...changes };
}

/** The same session some commits later. */
export function atVersion(record: SessionRecord, version: number): SessionRecord {
  const timeline = { ...record.playback.timeline, version };
  return { ...record, version, playback: { ...record.playback, timeline } };
}

/** The same session, running from `atMs` on. */
export function running(record: SessionRecord, atMs: number): SessionRecord {
  const next = atVersion(record, Math.max(record.version + 1, Math.floor(atMs)));
  return {
    ...next,
    playback: { ...next.playback, timeline: { ...next.playback.timeline, playing: true, atMs } },
  };
}

/** Snapshots held in memory, whose database is turned off, on and slow by hand. */
export class HandSnapshots implements SessionSnapshots {
  readonly stored = new Map<string, StoredSession>();
  readonly companions = new Map<string, Companion>();
  readonly writes: (readonly SessionRecord[])[] = [];
  loads = 0;
  away = false;
  /** Writes that wait for `release`; null where writes go through at once. */
  #held: ReturnType<typeof deferred>[] | null = null;

  hold(): void {
    this.#held = [];
  }

  /** Lets the writes that wait go through, or fail, and the later ones not wait. */
  release(reason?: Error): void {
    for (const held of this.#held ?? []) {
      if (reason) held.reject(reason);
      else held.resolve(undefined);
    }
    this.#held = null;
  }

  async load(id: string): Promise<StoredSession | null> {
    this.loads += 1;
    this.#assertThere();
    return this.stored.get(id) ?? null;
  }

  async companion(id: string, name: string): Promise<Companion | null> {
    this.#assertThere();
    return this.companions.get(`${id} ${name}`) ?? null;
  }

  async save(records: readonly SessionRecord[], _nowMs?: number, companions: readonly OwnedCompanion[] = []): Promise<void> {
    this.writes.push(records);
    if (this.#held) {
      const held = deferred();
      this.#held.push(held);
      await held.promise;
    }
    this.#assertThere();
    for (const { sessionId, companion } of companions) {
      const key = `${sessionId} ${companion.name}`;
      if ((this.companions.get(key)?.version ?? 0) < companion.version) this.companions.set(key, companion);
    }
    for (const record of records) {
      const before = this.stored.get(record.id);
      if (before && before.record.version >= record.version) continue;
      this.stored.set(record.id, { record, seenAtMs: before?.seenAtMs ?? null });
    }
  }

  async mark(marks: readonly PresenceMark[]): Promise<void> {
    this.#assertThere();
    for (const { sessionId, seenAtMs } of marks) {
      const before = this.stored.get(sessionId);
      if (before) this.stored.set(sessionId, { ...before, seenAtMs: Math.max(before.seenAtMs ?? 0, seenAtMs) });
    }
  }

  async expire(): Promise<number> {
    this.#assertThere();
    return 0;
  }

  #assertThere(): void {
    if (this.away) throw new CodedError('unavailable', 'The database is away.');
  }
}
