import { randomBytes } from 'node:crypto';
import { addedSubtitlesSchema } from '@cowatch/shared/answers';
import { addSubtitlesSchema, CodedError, SUBTITLES_MAX_BYTES, storableText } from '@cowatch/shared/protocol';
import { z } from 'zod';
import type { FeatureDeps } from '../../platform/feature.ts';
import type { HttpApp } from '../../platform/http/http.types.ts';
import { withExample } from '../../platform/http/openapi.ts';
import { problems } from '../../platform/http/problem.ts';
import { createRateLimit } from '../../platform/http/rate-limits.ts';
import { callerOf, goneSchema, namingVideo, parseSessionId, partyParams } from '../session.http.ts';
import { SUBTITLES_SHARE } from '../session.limits.ts';
import type { SubtitleService } from './subtitles.service.ts';

export interface SubtitlesHttpDeps extends Pick<FeatureDeps, 'clock' | 'config' | 'identity'> {
  readonly subtitles: SubtitleService;
}

/** Of what is bounded as text, as JSON: line ends and quotes take two characters there. */
const BODY_MAX_BYTES = 2 * SUBTITLES_MAX_BYTES + 8 * 1024;

const EXAMPLE_VTT = 'WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nGood evening.\n';

const addBody = withExample(addSubtitlesSchema, {
  opId: 'a1B2c3D4e5F6g7H8',
  name: 'Ana',
  mediaId: 'title:sample',
  label: 'English',
  language: 'en',
  text: EXAMPLE_VTT,
});
const subtitleParams = partyParams.extend({ subtitleId: storableText().describe('As the party lists it.') });
const removal = z.strictObject({ opId: addSubtitlesSchema.shape.opId.optional() });

/** Subtitle files for everyone: parse, call, reply. */
export function registerSubtitlesHttp(app: HttpApp, { clock, config, identity, subtitles }: SubtitlesHttpDeps): void {
  const limit = createRateLimit(app, 'subtitles', config.requestsPerMinutePerIp * SUBTITLES_SHARE);
  const tags = ['parties'];

  app.post(
    '/sessions/:id/subtitles',
    {
      ...namingVideo,
      bodyLimit: BODY_MAX_BYTES,
      schema: {
        tags,
        summary: 'Add subtitles for everyone',
        params: partyParams,
        body: addBody,
        description: 'For who may control the party. A repeat with the same `opId` adds nothing more.',
        response: {
          201: addedSubtitlesSchema,
          410: goneSchema,
          ...problems('bad_request', 'unauthenticated', 'forbidden', 'not_found', 'conflict', 'rate_limited'),
          ...problems('too_large', 'unavailable'),
        },
      },
    },
    async (request, reply) => {
      const sessionId = parseSessionId(request.params.id);
      const viewerId = identity.viewerId(request);
      if (viewerId === null) throw new CodedError('unauthenticated', 'Only people of the party add subtitles.');
      await limit(request, viewerId);
      const added = await subtitles.add(sessionId, { ...callerOf(request, identity), viewerId }, request.body, clock.nowMs());
      reply.code(201).header('location', `${request.url.split('?', 1)[0]}/${added.id}`);
      return added;
    },
  );

  app.get(
    '/sessions/:id/subtitles/:subtitleId',
    {
      ...namingVideo,
      schema: {
        tags,
        summary: 'The text of subtitles for everyone',
        params: subtitleParams,
        response: {
          200: {
            description: 'WebVTT; it never changes under its id.',
            content: { 'text/vtt': { schema: z.string().meta({ examples: [EXAMPLE_VTT] }) } },
          },
          410: goneSchema,
          ...problems('forbidden', 'not_found', 'unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { id, subtitleId } = request.params;
      const vtt = await subtitles.read(parseSessionId(id), subtitleId, callerOf(request, identity), clock.nowMs());
      return reply.type('text/vtt; charset=utf-8').header('cache-control', 'private, max-age=31536000, immutable').send(vtt);
    },
  );

  app.delete(
    '/sessions/:id/subtitles/:subtitleId',
    {
      ...namingVideo,
      schema: {
        tags,
        summary: 'Take subtitles away from everyone',
        params: subtitleParams,
        querystring: removal,
        description: 'For members who may control the party, and for the one who added them. Done once it is durable.',
        response: {
          204: z.null(),
          410: goneSchema,
          ...problems('unauthenticated', 'forbidden', 'not_found', 'conflict', 'rate_limited', 'unavailable'),
        },
      },
    },
    async (request, reply) => {
      const sessionId = parseSessionId(request.params.id);
      const viewerId = identity.viewerId(request);
      if (viewerId === null) throw new CodedError('unauthenticated', 'Only people of the party take subtitles away.');
      await limit(request, viewerId);
      const { opId = randomBytes(12).toString('base64url') } = request.query;
      await subtitles.remove(sessionId, request.params.subtitleId, viewerId, opId, clock.nowMs());
      return reply.code(204).send(null);
    },
  );
}
