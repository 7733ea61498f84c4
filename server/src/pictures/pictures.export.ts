import { z } from 'zod';
import type { ExportField } from '../platform/viewer-data.ts';
import type { GrabStore } from './grabs.store.ts';
import { EXPORT_PAGE } from './pictures.limits.ts';

/** What an export has of pictures. */
export const exportedPictures = {
  pictures: z
    .array(
      z.object({
        contentId: z.string(),
        grabbedAtMs: z.number(),
        webp: z.string().describe('The picture, as WebP in base64.'),
      }),
    )
    .describe('Frames that the viewer’s players have shown, of titles that have no picture of their own.'),
};

/** Every picture of a viewer, a page at a time. */
export async function* exportOf(grabs: Pick<GrabStore, 'ofViewer'>, viewerId: string): AsyncIterable<ExportField> {
  yield { name: 'pictures', values: everyPicture(grabs, viewerId) };
}

async function* everyPicture(grabs: Pick<GrabStore, 'ofViewer'>, viewerId: string) {
  let afterId: string | null = null;
  for (;;) {
    const page = await grabs.ofViewer(viewerId, afterId, EXPORT_PAGE);
    for (const { contentId, grabbedAtMs, picture } of page) yield { contentId, grabbedAtMs, webp: picture.webp.toString('base64') };
    afterId = page.at(-1)?.contentId ?? null;
    if (page.length < EXPORT_PAGE) return;
  }
}
