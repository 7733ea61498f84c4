import { CodedError, contentIdSchema, sessionIdSchema } from '@cowatch/shared/protocol';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { FeatureDeps } from '../platform/feature.ts';
import type { HttpApp } from '../platform/http/http.types.ts';
import { withExample } from '../platform/http/openapi.ts';
import { problems } from '../platform/http/problem.ts';
import { createRateLimit } from '../platform/http/rate-limits.ts';
import { GRAB_MAX_BYTES, GRABS_SHARE } from './pictures.limits.ts';
import type { PicturesService } from './pictures.service.ts';

const pictureQuery = z.strictObject({
  id: contentIdSchema.describe('Content id; percent-encoded.'),
  session: sessionIdSchema.optional().describe('A party that watches it.'),
});

/** What a body may be. */
const FORMATS = ['image/jpeg', 'image/png', 'image/webp'];

/** Of a service's picture, for everybody; and of one that is somebody's. */
const CACHED = { public: 'public, max-age=3600, stale-while-revalidate=604800', private: 'private, no-cache' };

/** Bytes, however they are to be read. */
const pictureBody = withExample(
  z
    .unknown()
    .refine((body) => Buffer.isBuffer(body), 'is no picture')
    .transform((body) => body as Buffer)
    .meta({ type: 'string', format: 'binary' }),
  'a frame',
);

const webp = { 'image/webp': { schema: z.string().meta({ format: 'binary' }) } };

export interface PicturesHttpDeps extends Pick<FeatureDeps, 'clock' | 'config' | 'identity'> {
  readonly pictures: PicturesService;
}

/** Pictures of titles: parse, call, reply. */
export async function registerPicturesHttp(api: HttpApp, { clock, config, identity, pictures }: PicturesHttpDeps): Promise<void> {
  const limit = createRateLimit(api, 'picture', config.requestsPerMinutePerIp * GRABS_SHARE);
  const tags = ['media'];

  api.get(
    '/titles/picture',
    {
      schema: {
        tags,
        summary: 'The picture of a title',
        querystring: pictureQuery,
        description:
          'That of its service, which everybody may have; else, for who is in the party that is named, the one that a player there has given; else the viewer’s own. At most 640 pixels a side.',
        response: {
          200: { description: 'A picture.', content: webp },
          304: z.null().describe('The one that the caller has.'),
          ...problems('bad_request', 'not_found', 'rate_limited', 'unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { id, session = null } = request.query;
      const viewerId = identity.viewerId(request);
      const found = await pictures.find(id, { viewerId, sessionId: session }, clock.nowMs());
      const etag = `"${found.tag}"`;
      reply.header('etag', etag).header('cache-control', found.isPublic ? CACHED.public : CACHED.private);
      // Not what the content is of, but whose: nobody's cookie gets anybody else's.
      if (!found.isPublic) reply.header('vary', 'cookie, authorization');
      if (request.headers['if-none-match'] === etag) return reply.code(304).send(null);
      return reply.type('image/webp').send(found.webp as never);
    },
  );

  // Within a scope of its own: nowhere else is a body a picture.
  await api.register(async (scope) => {
    const own = scope.withTypeProvider<ZodTypeProvider>();
    own.removeAllContentTypeParsers();
    own.addContentTypeParser(FORMATS, { parseAs: 'buffer', bodyLimit: GRAB_MAX_BYTES }, (_request, body, done) => done(null, body));
    own.put(
      '/titles/picture',
      {
        bodyLimit: GRAB_MAX_BYTES,
        schema: {
          tags,
          summary: 'Give a title without a picture one',
          querystring: pictureQuery,
          consumes: FORMATS,
          body: pictureBody,
          description:
            'A frame that the viewer’s player has shown: theirs from now on, and that of their party where one is named. Of a party the first counts, until a host gives one. People outside that party never see it.',
          response: {
            204: z.null(),
            ...problems('bad_request', 'unauthenticated', 'forbidden', 'not_found', 'conflict', 'rate_limited'),
            ...problems('gone', 'too_large', 'unsupported_media_type', 'unavailable'),
          },
        },
      },
      async (request, reply) => {
        const viewerId = identity.viewerId(request);
        if (viewerId === null) throw new CodedError('unauthenticated', 'Only viewers give pictures.');
        await limit(request, viewerId);
        const { id, session = null } = request.query;
        await pictures.put(id, request.body, viewerId, session, clock.nowMs());
        return reply.code(204).send(null);
      },
    );
  });
}
