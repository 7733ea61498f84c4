import { createRecentParties } from '../features/recent-parties/index.ts';
import { deviceStorage } from '../lib/device-storage.ts';

/** What this device keeps between visits. */
export const storage = deviceStorage();
export const recentParties = createRecentParties(storage);

/**
 * Parties started in this page a moment ago: whoever pressed "Start a party" has made the gesture that the join gate
 * would ask for. Forgotten on reload, as the browser forgets the gesture.
 */
export const justStarted = new Set<string>();

/** Where to begin: where one was, at the beginning, or at so many seconds. */
export type Beginning = 'resume' | 'start-over' | number;

/**
 * Titles that somebody chose to go on with in this page a moment ago, and from where: whoever pressed one in the row has
 * said where, and made the gesture that sound needs.
 */
export const justChosen = new Map<string, Beginning>();
