import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

// Frames of what was watched here, to know it again by. They stay on this device: nobody is asked for a picture, and so no
// service hears what somebody has in their history.

const NAME = 'cowatch-pictures';
const VERSION = 1;
const PICTURES_MAX = 200;
/** For the largest place a picture has, twice as fine. In pixels. */
const WIDTH = 320;
const HEIGHT = 180;
const QUALITY = 0.7;
/** A frame that is darker says nothing, of 255. */
const DARK = 14;

/** A frame is taken so long after a title has begun to play, and again after each such time, in milliseconds. */
const FIRST_MS = 4000;
const EVERY_MS = 60_000;

interface Schema extends DBSchema {
  pictures: {
    key: string;
    value: { readonly contentId: string; readonly picture: Blob; readonly atMs: number };
    indexes: { atMs: number };
  };
}

let opening: Promise<IDBPDatabase<Schema>> | null = null;

function open(): Promise<IDBPDatabase<Schema>> {
  opening ??= openDB<Schema>(NAME, VERSION, {
    upgrade(database) {
      database.createObjectStore('pictures', { keyPath: 'contentId' }).createIndex('atMs', 'atMs');
    },
    blocking: () => void opening?.then((database) => database.close()),
    terminated: () => {
      opening = null;
    },
  });
  opening.catch(() => {
    opening = null;
  });
  return opening;
}

/** The picture of a title; null where this device has none, or keeps none. */
export async function pictureOf(contentId: string): Promise<Blob | null> {
  try {
    return (await (await open()).get('pictures', contentId))?.picture ?? null;
  } catch {
    return null;
  }
}

async function keepPicture(contentId: string, picture: Blob): Promise<void> {
  const database = await open();
  const { store, done } = database.transaction('pictures', 'readwrite');
  await store.put({ contentId, picture, atMs: Date.now() });
  let more = (await store.count()) - PICTURES_MAX;
  for (let cursor = await store.index('atMs').openCursor(); cursor && more > 0; more -= 1) {
    await cursor.delete();
    cursor = await cursor.continue();
  }
  await done;
}

/** Removes the picture of a title, or all of them. What is closed to the page has none. */
export async function forgetPictures(contentId?: string): Promise<void> {
  try {
    const database = await open();
    if (contentId === undefined) await database.clear('pictures');
    else await database.delete('pictures', contentId);
  } catch {
    // Nothing is kept there.
  }
}

/**
 * Keeps a frame of what plays now and then, as far as the browser lets pages look at it: what comes from another site without
 * its leave, and what is in a frame of a service, it does not. Returns its stop.
 */
export function takePictures(player: HTMLElement, contentId: string): () => void {
  // Players of streams are elements of their own around the one of the browser.
  const inner = (player as { readonly nativeEl?: unknown }).nativeEl ?? player;
  if (!(inner instanceof HTMLVideoElement)) return () => {};
  const video = inner;
  let nextMs = performance.now() + FIRST_MS;
  const onTime = () => {
    if (video.paused || performance.now() < nextMs || video.readyState < 2 || video.videoWidth === 0) return;
    nextMs = performance.now() + EVERY_MS;
    frameOf(video)
      .then((picture) => (picture === null ? undefined : keepPicture(contentId, picture)))
      // Not to be looked at, or not to be kept: neither changes while it plays.
      .catch(stop);
  };
  const stop = () => video.removeEventListener('timeupdate', onTime);
  video.addEventListener('timeupdate', onTime);
  return stop;
}

/** The frame that shows, cut to the shape of a screen; null where it is dark. @throws SecurityError where it may not be read */
async function frameOf(video: HTMLVideoElement): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  const scale = Math.max(WIDTH / video.videoWidth, HEIGHT / video.videoHeight);
  const [width, height] = [video.videoWidth * scale, video.videoHeight * scale];
  context.drawImage(video, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height);
  const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4 * 97) sum += Math.max(data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0);
  if (sum / (data.length / (4 * 97)) < DARK) return null;
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
}
