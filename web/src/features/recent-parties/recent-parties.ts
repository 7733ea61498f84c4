import type { MediaRef } from '@cowatch/shared/protocol';
import { type KeyValueStorage, readList } from '../../lib/device-storage.ts';

/** A party this device was in. */
export interface RecentParty {
  readonly sessionId: string;
  readonly title: string;
  readonly media: MediaRef;
  /** What the film is called as far as its address does not say it; null where nobody knew, absent where nobody wrote it down. */
  readonly mediaTitle?: string | null | undefined;
  /** Unix milliseconds of the last visit. */
  readonly visitedAtMs: number;
  /** Who was in it; absent where nobody wrote that down. */
  readonly viewerId?: string | undefined;
}

/** Those of the parties that some viewers were in, each once: what others do in this browser is not theirs to see. */
export function partiesOf(parties: readonly RecentParty[], viewerIds: readonly string[]): readonly RecentParty[] {
  const seen = new Set<string>();
  return parties.filter(({ sessionId, viewerId }) => {
    if (seen.has(sessionId) || (viewerId !== undefined && !viewerIds.includes(viewerId))) return false;
    seen.add(sessionId);
    return true;
  });
}

/** The parties of this device, newest first. They are kept here and nowhere else. */
export interface RecentParties {
  /** The same array until something changes. */
  list(): readonly RecentParty[];
  find(sessionId: string): RecentParty | undefined;
  record(party: RecentParty): void;
  remove(sessionId: string): void;
  subscribe(listener: () => void): () => void;
}

const KEY = 'cowatch.recent';
const MAX_PARTIES = 12;

export function createRecentParties(storage: KeyValueStorage): RecentParties {
  let parties = readList(storage, KEY, isRecentParty).slice(0, MAX_PARTIES);
  const listeners = new Set<() => void>();

  const replace = (next: readonly RecentParty[]) => {
    parties = next.toSorted((a, b) => b.visitedAtMs - a.visitedAtMs).slice(0, MAX_PARTIES);
    storage.setItem(KEY, JSON.stringify(parties));
    for (const listener of listeners) listener();
  };

  return {
    list: () => parties,
    find: (sessionId) => parties.find((party) => party.sessionId === sessionId),
    record: (party) => replace([party, ...parties.filter((each) => !isReplacedBy(each, party))]),
    remove: (sessionId) => replace(parties.filter((party) => party.sessionId !== sessionId)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The same party of the same viewer, or of nobody in particular. */
const isReplacedBy = (each: RecentParty, party: RecentParty) =>
  each.sessionId === party.sessionId && (each.viewerId === undefined || each.viewerId === party.viewerId);

function isRecentParty(value: unknown): value is RecentParty {
  if (typeof value !== 'object' || value === null) return false;
  const party = value as Record<string, unknown>;
  const media = party.media as Record<string, unknown> | null;
  return (
    typeof party.sessionId === 'string' &&
    typeof party.title === 'string' &&
    typeof party.visitedAtMs === 'number' &&
    (party.mediaTitle === undefined || party.mediaTitle === null || typeof party.mediaTitle === 'string') &&
    (party.viewerId === undefined || typeof party.viewerId === 'string') &&
    typeof media === 'object' &&
    media !== null &&
    (typeof media.url === 'string' || typeof media.titleId === 'string')
  );
}
