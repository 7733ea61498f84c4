import { type KeyValueStorage, readList } from '../../../lib/device-storage.ts';

/** `in`: they were in the party and did not leave it; `left`: they left on purpose; null: never there from this browser. */
export type Seat = 'in' | 'left' | null;

/** In which parties the people of this browser are, so that nobody is asked again who is in already. */
export interface Seats {
  /** @param viewerIds who is here, and the guests who are in their account */
  of(sessionId: string, viewerIds: readonly string[]): Seat;
  take(sessionId: string, viewerId: string): void;
  leave(sessionId: string, viewerId: string): void;
}

const KEY = 'cowatch.seats';

/** The newest that are kept: a party is forgotten by the server sooner than so many are joined. */
const SEATS_MAX = 100;

interface Kept {
  readonly sessionId: string;
  readonly viewerId: string;
  readonly left: boolean;
}

export function createSeats(storage: KeyValueStorage): Seats {
  const keep = (seat: Kept) => {
    const others = readList(storage, KEY, isKept).filter((each) => each.sessionId !== seat.sessionId || each.viewerId !== seat.viewerId);
    storage.setItem(KEY, JSON.stringify([seat, ...others].slice(0, SEATS_MAX)));
  };
  return {
    of(sessionId, viewerIds) {
      const seat = readList(storage, KEY, isKept).find((each) => each.sessionId === sessionId && viewerIds.includes(each.viewerId));
      return seat === undefined ? null : seat.left ? 'left' : 'in';
    },
    take: (sessionId, viewerId) => keep({ sessionId, viewerId, left: false }),
    leave: (sessionId, viewerId) => keep({ sessionId, viewerId, left: true }),
  };
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null) return false;
  const { sessionId, viewerId, left } = value as Record<string, unknown>;
  return typeof sessionId === 'string' && typeof viewerId === 'string' && typeof left === 'boolean';
}
