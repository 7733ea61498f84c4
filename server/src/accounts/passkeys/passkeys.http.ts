import { meSchema, passkeySchema } from '@cowatch/shared/answers';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HttpApp } from '../../platform/http/http.types.ts';
import { FOR_ACCOUNTS } from '../../platform/http/openapi.ts';
import { problems } from '../../platform/http/problem.ts';
import { type AccountsHttpDeps, arrive, limited } from '../accounts.http.deps.ts';
import { ceremonySchema, confirmBody, ownIdParams, passkeyBody, passkeySignInBody } from '../accounts.http.types.ts';
import { CHALLENGE_LIFE_S } from '../accounts.limits.ts';
import { refuseSignedIn } from '../accounts.service.ts';
import type { Ceremony, CeremonyAnswer, PasskeysService } from './passkeys.service.ts';

/** The cookie by which an answer is told to be one to what this page was asked. */
const CHALLENGE_COOKIE = 'cowatch_challenge';

/** Passkeys: what authenticators are asked, and what becomes of their answers. */
export function registerPasskeysHttp(app: HttpApp, deps: AccountsHttpDeps & { readonly passkeys: PasskeysService }): void {
  const { clock, identity, accounts, passkeys, publicOrigin, perMinute } = deps;
  const tags = ['accounts'];
  const refusals = problems('bad_request', 'unauthenticated', 'rate_limited', 'unavailable');

  const hand = (request: FastifyRequest, reply: FastifyReply, { options, challengeToken }: Ceremony) => {
    reply.setCookie(CHALLENGE_COOKIE, challengeToken, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: publicOrigin(request).startsWith('https:'),
      maxAge: CHALLENGE_LIFE_S,
    });
    return { ...options };
  };

  const answerIn = (request: FastifyRequest, response: object): CeremonyAnswer => ({
    response,
    origin: publicOrigin(request),
    challengeToken: request.cookies[CHALLENGE_COOKIE] ?? null,
  });

  app.post(
    '/account/sign-in/passkey/options',
    {
      config: limited(perMinute.signIn),
      schema: {
        tags,
        summary: 'What to ask an authenticator to sign in',
        response: { 200: ceremonySchema, ...refusals },
      },
    },
    async (request, reply) => hand(request, reply, await passkeys.askForPasskey(publicOrigin(request), clock.nowMs())),
  );

  app.post(
    '/account/sign-in/passkey',
    {
      config: limited(perMinute.signIn),
      schema: {
        tags,
        summary: 'Sign in by passkey',
        body: passkeySignInBody,
        response: { 200: meSchema, ...problems('conflict'), ...refusals },
      },
    },
    async (request, reply) => {
      const asker = identity.of(request);
      refuseSignedIn(asker);
      const { response, deviceName } = request.body;
      const userId = await passkeys.userOf(answerIn(request, response), clock.nowMs());
      const arrived = await accounts.arrive(userId, asker, deviceName, clock.nowMs());
      return arrive(deps, request, reply, arrived);
    },
  );

  app.post(
    '/account/passkeys/options',
    {
      config: limited(perMinute.signIn),
      schema: {
        tags,
        security: FOR_ACCOUNTS,
        summary: 'What to ask an authenticator for a new passkey',
        body: confirmBody,
        response: { 200: ceremonySchema, ...problems('conflict'), ...refusals },
      },
    },
    async (request, reply) => {
      const own = await accounts.own(identity.of(request));
      await accounts.confirm(own, request.body.password, clock.nowMs());
      return hand(request, reply, await passkeys.askForNewPasskey(publicOrigin(request), own, clock.nowMs()));
    },
  );

  app.post(
    '/account/passkeys',
    {
      schema: {
        tags,
        security: FOR_ACCOUNTS,
        summary: 'Add a passkey',
        body: passkeyBody,
        response: { 201: passkeySchema, ...problems('conflict'), ...refusals },
      },
    },
    async (request, reply) => {
      const own = await accounts.own(identity.of(request));
      const { response, name } = request.body;
      const made = await passkeys.add(own, answerIn(request, response), name, clock.nowMs());
      return reply.code(201).send(made);
    },
  );

  app.get(
    '/account/passkeys',
    {
      schema: {
        tags,
        security: FOR_ACCOUNTS,
        summary: 'One’s passkeys',
        response: { 200: z.object({ passkeys: z.array(passkeySchema) }), ...refusals },
      },
    },
    async (request) => {
      const { userId } = await accounts.own(identity.of(request));
      return { passkeys: [...(await passkeys.list(userId))] };
    },
  );

  app.delete(
    '/account/passkeys/:id',
    {
      schema: {
        tags,
        security: FOR_ACCOUNTS,
        summary: 'Remove a passkey',
        params: ownIdParams,
        response: { 204: z.null(), ...problems('not_found'), ...refusals },
      },
    },
    async (request, reply) => {
      const { userId } = await accounts.own(identity.of(request));
      await passkeys.remove(userId, request.params.id);
      return reply.code(204).send(null);
    },
  );
}
