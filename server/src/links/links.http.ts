import { linkLookSchema } from '@cowatch/shared/answers';
import { parseMediaUrl } from '@cowatch/shared/media';
import { mediaUrlSchema } from '@cowatch/shared/protocol';
import { z } from 'zod';
import type { HttpApp } from '../platform/http/http.types.ts';
import { FOR_ANYBODY } from '../platform/http/openapi.ts';
import { problems } from '../platform/http/problem.ts';
import { LOOKS_AT_ONCE } from './links.limits.ts';
import { type Look, UNSEEN } from './look.ts';

const lookQuery = z.strictObject({
  url: mediaUrlSchema.describe('An address, as `POST /sessions` takes it; percent-encoded.'),
});

export interface LinksHttpDeps {
  /** Null where the operator wants none. */
  readonly look: Look | null;
  readonly perMinute: number;
}

/** Route of link checks: what is behind a link, as far as this server sees, for what browsers keep from their pages. */
export function registerLinksHttp(app: HttpApp, { look, perMinute }: LinksHttpDeps): void {
  let underWay = 0;
  app.get(
    '/media/look',
    {
      config: { perMinute },
      schema: {
        tags: ['media'],
        security: FOR_ANYBODY,
        summary: 'Who answers at an address',
        querystring: lookQuery,
        description:
          'Asks the address for its first bytes and says what came: not what browsers elsewhere get, and nothing of the content. `unseen` where this server may not look, cannot reach it, or would have to wait.',
        response: { 200: linkLookSchema, ...problems('bad_request', 'rate_limited', 'unavailable') },
      },
    },
    async ({ query: { url } }) => {
      const { url: address, serviceId } = parseMediaUrl(url);
      if (look === null || serviceId !== null || underWay >= LOOKS_AT_ONCE) return UNSEEN;
      underWay += 1;
      try {
        return await look(address);
      } finally {
        underWay -= 1;
      }
    },
  );
}
