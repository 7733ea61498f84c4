import { readList, storage } from '../../lib/device-storage.ts';
import { hasPicture, putPicture } from '../../lib/titles/pictures/api.ts';
import { missingPictures } from '../../lib/titles/pictures/missing-pictures.ts';
import { pictureAddress } from '../../lib/titles/pictures/picture-address.ts';
import { canDrawFrames, drawFrame } from './draw-frame.ts';
import { FrameGrab } from './frame-grab.ts';

/** Media of which no frame may be read, by content id: known from one visit to the next. */
const TAINTED_KEY = 'cowatch.tainted';
/** Bound: the content ids that are kept there, the newest first. */
const TAINTED_MAX = 200;
/** Players of a party take turns within so long for each person in it, in milliseconds. */
const TURN_MS = 200;
/** The longest that a player waits for its turn, in milliseconds. */
const TURN_MAX_MS = 1_800_000;
/** What has nothing better to do within this long does it all the same, in milliseconds. */
const IDLE_TIMEOUT_MS = 5000;

export interface GrabbedMedium {
  readonly contentId: string;
  /** The party in which it plays; absent where somebody watches alone. */
  readonly sessionId?: string | undefined;
  /** How many people watch it here. */
  readonly people: number;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const tainted = () => readList(storage, TAINTED_KEY, isText);

/**
 * Gives the server a picture of what plays, where it has none for this viewer: of media whose frames the page may read. At
 * most one, and none where data is to be saved. Returns its stop.
 */
export function grabFrame(player: HTMLElement, { contentId, sessionId, people }: GrabbedMedium): () => void {
  // Players of streams are elements of their own around the one of the browser.
  const video = (player as { readonly nativeEl?: unknown }).nativeEl ?? player;
  if (!(video instanceof HTMLVideoElement) || !canDrawFrames() || savesData() || tainted().includes(contentId)) return () => {};
  const grab = new FrameGrab({
    video,
    delayMs: Math.random() * Math.min(TURN_MAX_MS, (people - 1) * TURN_MS),
    nowMs: () => performance.now(),
    isSeen: () => document.visibilityState === 'visible',
    whenIdle,
    // One's own: what others gave the party is not in one's own lists afterwards.
    isWanted: async () => !(await hasPicture(contentId, undefined)),
    draw: () => drawFrame(video),
    async put(picture) {
      await putPicture(contentId, sessionId, picture);
      for (const place of new Set([undefined, sessionId])) missingPictures.expect(pictureAddress(contentId, place));
    },
    onTainted() {
      const others = tainted().filter((id) => id !== contentId);
      storage.setItem(TAINTED_KEY, JSON.stringify([contentId, ...others].slice(0, TAINTED_MAX)));
    },
  });
  return grab.stop;
}

/** Was the browser told to spare the network? */
function savesData(): boolean {
  const { connection } = navigator as Navigator & { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true || window.matchMedia('(prefers-reduced-data: reduce)').matches;
}

function whenIdle(work: () => void): void {
  // Absent in Safari.
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: IDLE_TIMEOUT_MS });
  else setTimeout(work, 0);
}
