import { CodedError } from '@cowatch/shared/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HttpApp } from '../../platform/http/http.types.ts';
import { FOR_ACCOUNTS, FOR_ANYBODY } from '../../platform/http/openapi.ts';
import { answerError, problems, refusalOf } from '../../platform/http/problem.ts';
import { type AccountsHttpDeps, arrive, limited } from '../accounts.http.deps.ts';
import {
  codeBody,
  codeSchema,
  deviceSignInAnswer,
  deviceSignInBody,
  linkAnswerBody,
  linkQuery,
  linkRequestSchema,
  tokenBody,
  tokenRefusalSchema,
  tokenSchema,
} from '../accounts.http.types.ts';
import { LINK_INTERVAL_S } from '../accounts.limits.ts';
import { DEVICE_TOKEN_LIFE_S } from '../tokens/viewer-tokens.ts';
import { LinkRefusal, type LinkService } from './link.service.ts';

const FORMS_TOO = ['application/json', 'application/x-www-form-urlencoded'];

/** Poll intervals, in seconds; after polling too often a longer one (RFC 8628, section 3.5). */
const WAITS: Readonly<Record<string, number>> = {
  authorization_pending: LINK_INTERVAL_S,
  slow_down: 2 * LINK_INTERVAL_S,
};

/** Signing in a device by a code (RFC 8628): for programs as the RFC has it, for the own pages by cookie. */
export function registerLinkHttp(app: HttpApp, deps: AccountsHttpDeps & { readonly link: LinkService }): void {
  const { clock, identity, link, publicOrigin, perMinute } = deps;
  const tags = ['accounts'];
  const refusals = problems('bad_request', 'unauthenticated', 'rate_limited', 'unavailable');

  /** Programs that speak OAuth send forms, and read refusals as RFC 6749 writes them. */
  app.register(async (oauth: HttpApp) => {
    oauth.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, async (_request: FastifyRequest, body: string) =>
      Object.fromEntries(new URLSearchParams(body)),
    );
    oauth.setErrorHandler((error, request, reply) => {
      if (error instanceof LinkRefusal) return refuse(reply, error.error, error.message);
      const refusal = refusalOf(error);
      if (refusal?.code === 'bad_request') return refuse(reply, 'invalid_request', refusal.message);
      return answerError(error, request, reply);
    });
    const refused = { 400: tokenRefusalSchema, ...problems('rate_limited', 'unavailable') };

    oauth.post(
      '/link/code',
      {
        config: limited(perMinute.link),
        schema: {
          tags,
          security: FOR_ANYBODY,
          consumes: FORMS_TOO,
          summary: 'A code for a device to show',
          body: codeBody,
          response: { 200: codeSchema, ...refused },
        },
      },
      async (request) => {
        const { client_id, device_name } = request.body;
        return link.code(publicOrigin(request), client_id, device_name ?? '', clock.nowMs());
      },
    );

    oauth.post(
      '/link/token',
      {
        config: limited(perMinute.identity),
        schema: {
          tags,
          security: FOR_ANYBODY,
          consumes: FORMS_TOO,
          summary: 'Was the code allowed?',
          body: tokenBody,
          description: 'Answers `authorization_pending` until it was, and then a bearer token, once. Its device can be signed out.',
          response: { 200: tokenSchema, ...refused },
        },
      },
      async (request) => {
        const { client_id: clientId, device_code: deviceCode } = request.body;
        const arrived = await link.redeem({ clientId, deviceCode }, null, clock.nowMs());
        return {
          access_token: identity.tokenFor(arrived),
          token_type: 'Bearer' as const,
          expires_in: DEVICE_TOKEN_LIFE_S,
          viewer_id: arrived.viewerId,
        };
      },
    );
  });

  app.post(
    '/account/sign-in/device',
    {
      config: limited(perMinute.identity),
      schema: {
        tags,
        summary: 'Was the code on this page allowed?',
        body: deviceSignInBody,
        response: { 200: deviceSignInAnswer, ...problems('conflict', 'gone'), ...refusals },
      },
    },
    async (request, reply) => {
      const asker = identity.of(request);
      const asked = { clientId: null, deviceCode: request.body.deviceCode };
      try {
        const arrived = await link.redeem(asked, asker, clock.nowMs());
        return { status: 'signed_in' as const, me: await arrive(deps, request, reply, arrived) };
      } catch (error) {
        if (!(error instanceof LinkRefusal)) throw error;
        const intervalS = WAITS[error.error];
        if (intervalS !== undefined) return { status: 'pending' as const, intervalS };
        throw new CodedError('gone', 'This code was refused, or has run out. Show a new one.');
      }
    },
  );

  app.get(
    '/link',
    {
      config: limited(perMinute.link),
      schema: {
        tags,
        security: FOR_ACCOUNTS,
        summary: 'What a code asks for',
        querystring: linkQuery,
        response: { 200: linkRequestSchema, ...problems('not_found', 'gone'), ...refusals },
      },
    },
    (request) => link.request(identity.of(request), request.query.userCode, clock.nowMs()),
  );

  for (const [verb, allowed] of [
    ['approve', true],
    ['deny', false],
  ] as const) {
    app.post(
      `/link/${verb}`,
      {
        config: limited(perMinute.link),
        schema: {
          tags,
          security: FOR_ACCOUNTS,
          summary: allowed ? 'Sign the device in' : 'Do not sign the device in',
          body: linkAnswerBody,
          response: { 204: z.null(), ...problems('not_found', 'gone', 'conflict'), ...refusals },
        },
      },
      async (request, reply) => {
        await link.answer(identity.of(request), request.body.userCode, allowed, clock.nowMs());
        return reply.code(204).send(null);
      },
    );
  }
}

function refuse(reply: FastifyReply, error: string, description: string): FastifyReply {
  return reply
    .code(400)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send({ error, error_description: description });
}
