import { meSchema } from '@cowatch/shared/answers';
import type { HttpApp } from '../../platform/http/http.types.ts';
import { FOR_ACCOUNTS } from '../../platform/http/openapi.ts';
import { problems } from '../../platform/http/problem.ts';
import { type AccountsHttpDeps, limited } from '../accounts.http.deps.ts';
import { undoGuestBody } from '../accounts.http.types.ts';

/** Routes of viewer merges: the guest who was put aside at sign-in is merged into the account on request, and taken out again. */
export function registerGuestHttp(app: HttpApp, { clock, identity, accounts, perMinute }: AccountsHttpDeps): void {
  const tags = ['accounts'];
  const config = limited(perMinute.identity);
  const refusals = problems('bad_request', 'unauthenticated', 'not_found', 'rate_limited', 'unavailable');

  app.post(
    '/account/guest/bring',
    {
      config,
      schema: {
        tags,
        security: FOR_ACCOUNTS,
        summary: 'Bring along what was watched here',
        description:
          'Everything of the guest of this browser joins what the account has. Answers at once; `brought` of `GET /me` says how far it is.',
        response: { 202: meSchema, ...problems('conflict'), ...refusals },
      },
    },
    async (request, reply) => {
      const guestId = identity.guestAside(request);
      const asker = await accounts.bring(identity.of(request), guestId, clock.nowMs());
      return reply.code(202).send(await accounts.me(asker, guestId));
    },
  );

  app.post(
    '/account/guest/undo',
    {
      config,
      schema: {
        tags,
        security: FOR_ACCOUNTS,
        summary: 'That guest was not me',
        body: undoGuestBody,
        description:
          'For a day: what came from that guest, and was not gone on with since, leaves the account, and is that guest’s again. Answers at once; `brought` of `GET /me` names the guest until it is done.',
        response: { 202: meSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const asker = await accounts.undoBring(identity.of(request), request.body.viewerId);
      return reply.code(202).send(await accounts.me(asker, identity.guestAside(request)));
    },
  );
}
