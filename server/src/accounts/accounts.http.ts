import { meSchema, signedInDeviceSchema } from '@cowatch/shared/answers';
import { CodedError } from '@cowatch/shared/protocol';
import { z } from 'zod';
import type { HttpApp } from '../platform/http/http.types.ts';
import { FOR_ACCOUNTS } from '../platform/http/openapi.ts';
import { problems } from '../platform/http/problem.ts';
import { type AccountsHttpDeps, arrive, limited } from './accounts.http.deps.ts';
import { eraseBody, ownIdParams, passwordBody, renameBody, signInBody, signUpBody } from './accounts.http.types.ts';

/** Routes of the identity, the account and its signed-in devices: parse, call, reply. */
export function registerAccountsHttp(app: HttpApp, deps: AccountsHttpDeps): void {
  const { clock, identity, accounts, perMinute } = deps;
  const tags = ['accounts'];
  const refusals = problems('bad_request', 'unauthenticated', 'rate_limited', 'unavailable');
  const done = { 204: z.null() };

  app.get(
    '/me',
    {
      config: limited(perMinute.identity),
      schema: {
        tags,
        summary: 'Who am I',
        description: 'Says who the caller is. A caller without an identity becomes a guest, by cookie.',
        response: { 200: meSchema, ...problems('unauthenticated', 'rate_limited') },
      },
    },
    async (request, reply) => {
      try {
        return await accounts.me(identity.ensure(request, reply), identity.guestAside(request));
      } catch (error) {
        const isGone = error instanceof CodedError && error.code === 'unauthenticated';
        if (!isGone || request.headers.authorization !== undefined) throw error;
        const guest = identity.leave(request, reply) ?? identity.newcomer();
        identity.enter(request, reply, guest);
        return accounts.me(guest);
      }
    },
  );

  app.delete(
    '/me',
    {
      config: limited(perMinute.signIn),
      schema: {
        tags,
        summary: 'Leave nothing of me here',
        body: eraseBody,
        description: 'Erases the account, its devices, and everything that was watched. An account says its password.',
        response: { ...done, ...refusals },
      },
    },
    async (request, reply) => {
      const asker = identity.of(request);
      if (asker !== null) await accounts.erase(asker, request.body?.password, clock.nowMs());
      identity.leave(request, reply);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/account',
    {
      config: limited(perMinute.signIn),
      schema: {
        tags,
        summary: 'Make an account',
        body: signUpBody,
        description:
          'Whoever asks keeps everything they have as a guest, and can find it from other devices; with `bringGuest` false that guest is somebody else, and is put aside.',
        response: { 201: meSchema, ...problems('conflict'), ...refusals },
      },
    },
    async (request, reply) => {
      const known = identity.of(request);
      const isTheirs = known !== null && (known.deviceId !== null || request.body.bringGuest);
      const asker = isTheirs ? known : identity.newcomer();
      const arrived = await accounts.signUp(asker, request.body, clock.nowMs());
      return reply.code(201).send(await arrive(deps, request, reply, arrived));
    },
  );

  app.post(
    '/account/sign-in',
    {
      config: limited(perMinute.signIn),
      schema: {
        tags,
        summary: 'Sign in',
        body: signInBody,
        description:
          'The guest of this browser is put aside, and comes back when it is signed out. `bringGuest` brings that guest along at once, as `POST /account/guest/bring` does later.',
        response: { 200: meSchema, ...problems('conflict'), ...refusals },
      },
    },
    async (request, reply) => {
      const asker = identity.of(request);
      const arrived = await accounts.signIn(asker, request.body, clock.nowMs());
      return arrive(deps, request, reply, arrived);
    },
  );

  app.post(
    '/account/sign-out',
    { schema: { tags, summary: 'Sign this device out', response: { ...done, ...refusals } } },
    async (request, reply) => {
      const asker = identity.of(request);
      if (asker?.deviceId != null) await accounts.signOut(asker, asker.deviceId, clock.nowMs());
      identity.leave(request, reply);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/account/password',
    {
      config: limited(perMinute.signIn),
      schema: {
        tags,
        security: FOR_ACCOUNTS,
        summary: 'Change the password',
        body: passwordBody,
        description: 'Every other device is signed out.',
        response: { ...done, ...refusals },
      },
    },
    async (request, reply) => {
      await accounts.changePassword(identity.of(request), request.body, clock.nowMs());
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/devices',
    {
      schema: {
        tags,
        security: FOR_ACCOUNTS,
        summary: 'Which devices are signed in',
        response: { 200: z.object({ devices: z.array(signedInDeviceSchema) }), ...refusals },
      },
    },
    async (request) => ({ devices: [...(await accounts.devices(identity.of(request)))] }),
  );

  app.patch(
    '/devices/:id',
    {
      schema: {
        tags,
        security: FOR_ACCOUNTS,
        summary: 'Call a device something',
        params: ownIdParams,
        body: renameBody,
        response: { 200: signedInDeviceSchema, ...problems('not_found'), ...refusals },
      },
    },
    (request) => accounts.renameDevice(identity.of(request), request.params.id, request.body.name),
  );

  app.delete(
    '/devices/:id',
    {
      schema: {
        tags,
        security: FOR_ACCOUNTS,
        summary: 'Sign a device out',
        params: ownIdParams,
        response: { ...done, ...problems('not_found'), ...refusals },
      },
    },
    async (request, reply) => {
      await accounts.signOut(identity.of(request), request.params.id, clock.nowMs());
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/devices',
    {
      schema: {
        tags,
        security: FOR_ACCOUNTS,
        summary: 'Sign every other device out',
        response: { ...done, ...refusals },
      },
    },
    async (request, reply) => {
      await accounts.signOutOthers(identity.of(request), clock.nowMs());
      return reply.code(204).send(null);
    },
  );
}
