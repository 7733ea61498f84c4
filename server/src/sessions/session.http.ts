import { randomBytes } from 'node:crypto';
import { mediaSchema, sessionInfoSchema, tokenFields } from '@cowatch/shared/answers';
import { CodedError, createSessionSchema, type Media, type SessionInfo, sessionIdSchema, storableText } from '@cowatch/shared/protocol';
import { playbackPositionAt, type SessionRecord } from '@cowatch/shared/timeline';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { FeatureDeps } from '../platform/feature.ts';
import { addressKey } from '../platform/http/client-address.ts';
import type { HttpApp } from '../platform/http/http.types.ts';
import { withExample } from '../platform/http/openapi.ts';
import { answerError, problemSchema, problems } from '../platform/http/problem.ts';
import { createRateLimit } from '../platform/http/rate-limits.ts';
import type { Caller, Door } from './door/door.service.ts';
import type { Presence } from './presence/presence.ts';
import { linkPath } from './session.domain.ts';
import { SessionGoneError } from './session.gone.ts';
import { CREATE_DAY_MINUTES, CREATE_DAY_MS, CREATE_SHARE } from './session.limits.ts';
import type { SessionService } from './session.service.ts';

/** So many people are shown to who has the link, before they join. */
const FACES_SHOWN = 5;

export interface SessionHttpDeps extends Pick<FeatureDeps, 'clock' | 'config' | 'identity' | 'publicOrigin'> {
  readonly sessions: SessionService;
  readonly presence: Presence;
  readonly door: Door;
}

const createBody = withExample(createSessionSchema, {
  media: { url: 'https://youtu.be/aqz-KE-bpKQ?t=90' },
  name: 'Friday film',
  control: 'everyone',
});
export const goneSchema = problemSchema
  .extend({ media: mediaSchema })
  .meta({ id: 'GoneProblem', description: 'The party has ended; this was its video.' });
export const partyParams = z.object({ id: storableText().describe('The last part of the party’s link.') });

/** What a link that was changed holds beside the id; a key that is none opens nothing. */
export const linkQuery = z.object({ k: storableText().optional().describe('The key of a link that was changed, as it stands in it.') });

/** Who asks over HTTP. */
export function callerOf(request: FastifyRequest, identity: Pick<FeatureDeps['identity'], 'of'>): Caller {
  const { viewerId = null, deviceId = null } = identity.of(request) ?? {};
  return { viewerId, deviceId, addressKey: addressKey(request.ip), linkKey: linkKeyOf(request) };
}

/** The key of the link that is asked for; null where it has none. */
export const linkKeyOf = (request: FastifyRequest): string | null => linkQuery.safeParse(request.query).data?.k ?? null;

const creationHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x20-\x7e]{1,255}$/)
    .optional()
    .describe('Made once for each party that somebody wants: a repeat with the same key finds that party.'),
});

/** The routes of the watch party: parse, call, reply. */
export function registerSessionHttp(app: HttpApp, deps: SessionHttpDeps): void {
  const { clock, config, identity, publicOrigin, sessions, presence, door } = deps;
  const perMinute = config.requestsPerMinutePerIp * CREATE_SHARE;
  const limitCreation = createRateLimit(app, 'start', perMinute);
  const limitDay = createRateLimit(app, 'start in a day', perMinute * CREATE_DAY_MINUTES, CREATE_DAY_MS);
  const tags = ['parties'];

  /** The key of a link goes to who has it, and to who made the party. */
  const pathFor = (record: SessionRecord, viewerId: string | null, linkKey: string | null) => {
    const isOwner = viewerId !== null && sessions.memberId(record.id, viewerId) === record.access.ownerId;
    return isOwner || linkKey === record.linkKey ? linkPath(record) : `/s/${record.id}`;
  };
  const describe = (request: FastifyRequest, record: SessionRecord, viewerId: string | null, linkKey: string | null): SessionInfo => ({
    id: record.id,
    url: `${publicOrigin(request)}${pathFor(record, viewerId, linkKey)}`,
    name: record.access.name,
    media: record.playback.media,
    playing: record.playback.timeline.playing,
    positionS: playbackPositionAt(record.playback, clock.nowMs()),
    memberCount: presence.count(record.id).members,
    faces: presence.looks(record.id, FACES_SHOWN),
    control: record.access.control,
    createdAtMs: record.createdAtMs,
    owner: viewerId !== null && sessions.memberId(record.id, viewerId) === record.access.ownerId,
    ...sessions.kept(record.id),
  });

  app.post(
    '/sessions',
    {
      ...namingVideo,
      schema: {
        tags,
        summary: 'Start a party',
        body: createBody,
        headers: creationHeaders,
        response: {
          201: sessionInfoSchema.extend(tokenFields),
          410: goneSchema,
          ...problems('bad_request', 'not_found', 'conflict', 'rate_limited', 'unavailable'),
        },
      },
    },
    async (request, reply) => {
      const viewerId = identity.ensureViewerId(request, reply);
      await limitCreation(request, viewerId);
      await limitDay(request, viewerId);
      const key = request.headers['idempotency-key'] ?? null;
      const record = await sessions.create(request.body, viewerId, clock.nowMs(), key);
      reply.code(201).header('location', `${request.routeOptions.url}/${record.id}`);
      return describe(request, record, viewerId, null);
    },
  );

  app.get(
    '/sessions/:id',
    {
      ...namingVideo,
      schema: {
        tags,
        summary: 'What a party is and where it stands',
        params: partyParams,
        querystring: linkQuery,
        response: { 200: sessionInfoSchema, 410: goneSchema, ...problems('forbidden', 'not_found', 'unavailable') },
      },
    },
    async (request) => {
      const id = parseSessionId(request.params.id);
      const record = await sessions.read(id, clock.nowMs());
      const caller = callerOf(request, identity);
      await door.assertOpen(record, caller, clock.nowMs());
      // How many are there says Redis; while it is away, what was read before.
      await presence.remote.refresh([id], clock.nowMs(), 'if unknown')?.catch(() => {});
      return describe(request, record, caller.viewerId, caller.linkKey);
    },
  );

  app.delete(
    '/sessions/:id',
    {
      ...namingVideo,
      schema: {
        tags,
        summary: 'End a party for good',
        params: partyParams,
        response: {
          204: z.null(),
          410: goneSchema,
          ...problems('unauthenticated', 'forbidden', 'not_found', 'unavailable'),
        },
      },
    },
    async (request, reply) => {
      const sessionId = parseSessionId(request.params.id);
      const viewerId = identity.viewerId(request);
      if (viewerId === null) throw new CodedError('unauthenticated', 'Only the owner may end a party.');
      const actor = { memberId: sessions.memberId(sessionId, viewerId), name: '' };
      const nowMs = clock.nowMs();
      const opId = randomBytes(12).toString('base64url');
      await sessions.command(sessionId, actor, { kind: 'end', sessionId, opId, issuedAtMs: nowMs }, nowMs);
      return reply.code(204).send(null);
    },
  );
}

/** A link that was cut off names no party, like any other that is wrong. */
export function parseSessionId(text: string): string {
  if (!sessionIdSchema.safeParse(text).success) throw new CodedError('not_found', 'There is no such party.');
  return text;
}

const videoOf = new WeakMap<FastifyRequest, Media>();

/** Puts the video of a party that has ended beside the problem, so that a new one can be started with it. */
export const namingVideo = {
  errorHandler(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
    if (error instanceof SessionGoneError) videoOf.set(request, error.media);
    return answerError(error, request, reply);
  },
  async preSerialization(request: FastifyRequest, _reply: FastifyReply, payload: unknown) {
    const media = videoOf.get(request);
    return media === undefined || typeof payload !== 'object' ? payload : { ...payload, media };
  },
};
