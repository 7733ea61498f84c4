import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SAMPLE, SAMPLE_TITLE_ID } from '@cowatch/shared/media';
import type { Picture } from './facts/facts.store.ts';
import type { TitleSource } from './title-catalog.ts';

/** The clip that ships with the server, as the one title of its own collection. */
export const bundledTitles: TitleSource = {
  find: async (titleId) => (titleId === SAMPLE_TITLE_ID ? SAMPLE : null),
};

/** A frame of it, made with it (`scripts/make-sample-clip.mjs`). */
const PICTURE_FILE = fileURLToPath(new URL('../../media/sample.webp', import.meta.url));

export async function samplePicture(): Promise<Picture> {
  const webp = await readFile(PICTURE_FILE);
  return { webp, tag: createHash('sha256').update(webp).digest('base64url').slice(0, 22) };
}
