import { createRecentParties } from '../features/recent-parties/index.ts';
import { createSeats } from '../features/session/join/seats.ts';
import { storage } from '../lib/device-storage.ts';
import { identity } from '../lib/identity/identity.ts';

export { storage };
export const recentParties = createRecentParties(storage);
export const seats = createSeats(storage);

/** Who leaves a party on purpose is asked before they are in it again. Others come back in at once. */
export function forgetSeat(sessionId: string): void {
  justStarted.delete(sessionId);
  const { viewerId } = identity;
  if (viewerId !== null) seats.leave(sessionId, viewerId);
}

/**
 * Parties started in this page a moment ago: the press of "Start a party" was the gesture that the join gate
 * would ask for. Forgotten on reload, as the browser forgets the gesture.
 */
export const justStarted = new Set<string>();

/** The party that was left by its button in this page, as long as the start page that follows is shown: the way back. */
export const leftParty: { last: { readonly sessionId: string; readonly title: string } | null } = { last: null };

/** Where to begin: where one was, at the beginning, or at so many seconds. */
export type Beginning = 'resume' | 'start-over' | number;

/**
 * Titles that somebody chose to go on with in this page a moment ago, and from where: the press in the row has said
 * where, and was the gesture that sound needs.
 */
export const justChosen = new Map<string, Beginning>();
