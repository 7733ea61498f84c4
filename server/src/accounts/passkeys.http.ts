import { meSchema, passkeySchema } from '@cowatch/shared/answers';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HttpApp } from '../platform/http/http.types.ts';
import { FOR_ACCOUNTS } from '../platform/http/openapi.ts';
import { problems } from '../platform/http/problem.ts';
import { type AccountsHttpDeps, arrive, limited } from './accounts.http.deps.ts';
import { ceremonySchema, confirmBody, ownIdParams, passkeyBody, passkeySignInBody } from './accounts.http.types.ts';
import type { Ceremony } from './accounts.library.types.ts';

/** What the library needs of a request: where the page is from, and the challenge it was given, by cookie. */
function headersOf(request: FastifyRequest, bearer?: string): Headers {
  const { cookie, origin } = request.headers;
  return new Headers({
    ...(cookie === undefined ? {} : { cookie }),
    ...(origin === undefined ? {} : { origin }),
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
  });
}

/** Passkeys: what authenticators are asked, and what becomes of their answers. */
export function registerPasskeysHttp(app: HttpApp, deps: AccountsHttpDeps): void {
  const { clock, identity, accounts, libraryFor, perMinute } = deps;
  const tags = ['accounts'];
  const refusals = problems('bad_request', 'unauthenticated', 'rate_limited', 'unavailable');

  /** The challenge goes along as a cookie. */
  const hand = (reply: FastifyReply, { options, cookies }: Ceremony) => {
    for (const cookie of cookies) reply.header('set-cookie', cookie);
    return { ...options };
  };

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
    async (request, reply) => hand(reply, await (await libraryFor(request)).askForPasskey(headersOf(request))),
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
      const [library, asker, headers] = [await libraryFor(request), identity.of(request), headersOf(request)];
      const arrived = await accounts.signInByPasskey(library, asker, request.body, headers, clock.nowMs());
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
      await accounts.mayAddPasskey(own);
      const headers = headersOf(request, own.token);
      return hand(reply, await (await libraryFor(request)).askForNewPasskey(headers, own.username));
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
      await accounts.mayAddPasskey(own);
      const { response, name } = request.body;
      const made = await (await libraryFor(request)).addPasskey(response, name, headersOf(request, own.token));
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
    async (request) => ({ passkeys: [...(await accounts.passkeys(identity.of(request)))] }),
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
      await accounts.removePasskey(identity.of(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
