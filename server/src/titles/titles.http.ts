import { resolvedMediaSchema } from '@cowatch/shared/answers';
import { parseMediaUrl } from '@cowatch/shared/media';
import { mediaUrlSchema, titleIdSchema } from '@cowatch/shared/protocol';
import { z } from 'zod';
import type { HttpApp } from '../platform/http/http.types.ts';
import { FOR_ANYBODY } from '../platform/http/openapi.ts';
import { problems } from '../platform/http/problem.ts';
import type { TitleCatalog } from './title-catalog.ts';

const mediaQuery = z
  .strictObject({
    url: mediaUrlSchema.optional().describe('An address, as `POST /sessions` takes it; percent-encoded.'),
    titleId: titleIdSchema.optional().describe('A title of this server instead.'),
  })
  .refine(({ url, titleId }) => (url === undefined) !== (titleId === undefined), 'names one of url and titleId');

/** What a link is, without starting anything. The address is read, and nothing is fetched from it. */
export function registerTitlesHttp(app: HttpApp, titles: TitleCatalog): void {
  app.get(
    '/media',
    {
      schema: {
        tags: ['media'],
        security: FOR_ANYBODY,
        summary: 'What an address is',
        querystring: mediaQuery,
        description:
          'Content id, kind and where it asks to begin; title and length where they are known. Only the address is read: its service is asked in the background.',
        response: { 200: resolvedMediaSchema, ...problems('bad_request', 'not_found', 'rate_limited', 'unavailable') },
      },
    },
    async ({ query: { url, titleId = '' } }) => {
      const { media, startS } = await titles.resolve(url === undefined ? { titleId } : { url });
      const known = (await titles.known([media.id])).get(media.id);
      const said = { title: media.title ?? known?.title ?? null, durationS: media.durationS ?? known?.durationS ?? null };
      return { ...media, ...said, startS, normalizedUrl: url === undefined ? null : parseMediaUrl(url).normalizedUrl };
    },
  );
}
