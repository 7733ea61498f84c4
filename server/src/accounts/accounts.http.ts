import { z } from 'zod';
import type { HttpApp } from '../platform/http/http.types.ts';
import { problems } from '../platform/http/problem.ts';
import type { HttpIdentity } from '../platform/identity.ts';

const meSchema = z
  .object({ viewerId: z.string().describe('Names this guest on this server. It is no secret; the cookie is.') })
  .meta({ id: 'Me' });

/** Routes about oneself. `requestsPerMinute` bounds how fast one address makes itself new identities. */
export function registerAccountsHttp(app: HttpApp, identity: HttpIdentity, requestsPerMinute: number): void {
  app.get(
    '/me',
    {
      config: { rateLimit: { max: requestsPerMinute, timeWindow: 60_000 } },
      schema: {
        summary: 'Who am I',
        description: 'Says who the caller is. Whoever is nobody yet becomes a guest, by cookie.',
        tags: ['accounts'],
        response: { 200: meSchema, ...problems('unauthenticated', 'rate_limited') },
      },
    },
    (request, reply) => ({ viewerId: identity.ensureViewerId(request, reply) }),
  );
}
