import { resumeEntrySchema } from '@cowatch/shared/answers';
import { CodedError } from '@cowatch/shared/protocol';
import type { ResumeDevice, ResumeEdit } from '@cowatch/shared/resume';
import { z } from 'zod';
import type { IdentityDirectory } from '../accounts/index.ts';
import type { FeatureDeps } from '../platform/feature.ts';
import type { HttpApp } from '../platform/http/http.types.ts';
import { withExample } from '../platform/http/openapi.ts';
import { problems } from '../platform/http/problem.ts';
import type { Identity } from '../platform/identity.ts';
import {
  editAnswer,
  historyQuery,
  historySchema,
  idParams,
  idsQuery,
  pageEndOf,
  pauseAnswer,
  putAnswer,
  putBody,
  rowQuery,
  rowSchema,
  saveAnswer,
  saveBody,
  sayerSchema,
} from './resume.http.types.ts';
import type { ResumeService } from './resume.service.ts';

const EDITS: readonly ResumeEdit[] = ['watched', 'unwatched'];

export interface ResumeHttpDeps extends Pick<FeatureDeps, 'clock' | 'identity'> {
  readonly directory: Pick<IdentityDirectory, 'deviceName'>;
  readonly resume: ResumeService;
}

/** The routes of resume: parse, call, reply. A caller without an identity has watched nothing, and becomes a guest by saving. */
export function registerResumeHttp(app: HttpApp, { clock, identity, directory, resume }: ResumeHttpDeps): void {
  /** A program that names no device of its own: its saves are told apart by the token it was linked with. */
  const programOf = async ({ deviceId }: Identity): Promise<ResumeDevice> => ({
    id: deviceId ?? 'other-program',
    name: (deviceId === null ? null : await directory.deviceName(deviceId)) || 'Another program',
  });
  const tags = ['resume'];
  const refusals = problems('bad_request', 'unauthenticated', 'rate_limited', 'unavailable');
  const nothing = problems('not_found');
  const notFound = () => new CodedError('not_found', 'You have watched nothing of this.');

  app.put(
    '/resume/:contentId',
    {
      schema: {
        tags,
        summary: 'Say where one is in a title',
        params: idParams,
        body: putBody,
        description: 'For players that know nothing of sittings: what follows closely is watched, a gap begins anew, a jump is somebody’s.',
        response: { 200: putAnswer, ...problems('conflict'), ...refusals },
      },
    },
    async (request, reply) => {
      const asker = identity.ensure(request, reply);
      const { contentId } = request.params;
      const answer = await resume.put(asker, contentId, request.body, await programOf(asker), clock.nowMs());
      if (answer.outcome === 'rejected') {
        throw new CodedError(answer.code === 'clock_skew' ? 'bad_request' : answer.code, answer.message);
      }
      return answer;
    },
  );

  app.get(
    '/resume/:contentId',
    {
      schema: {
        tags,
        summary: 'Where one is in a title',
        params: idParams,
        response: { 200: resumeEntrySchema, ...nothing, ...refusals },
      },
    },
    async (request) => {
      const viewerId = identity.viewerId(request);
      const entry = viewerId === null ? null : await resume.entry(viewerId, request.params.contentId, clock.nowMs());
      if (entry === null) throw notFound();
      return entry;
    },
  );

  app.get(
    '/resume',
    {
      schema: {
        tags,
        summary: 'Where one is in several titles',
        querystring: idsQuery,
        response: { 200: z.object({ entries: z.array(resumeEntrySchema) }), ...refusals },
      },
    },
    async (request) => {
      const viewerId = identity.viewerId(request);
      const entries = viewerId === null ? [] : await resume.entries(viewerId, request.query.id, clock.nowMs());
      return { entries: [...entries] };
    },
  );

  app.post(
    '/resume/batch',
    {
      config: { answersPerItem: 'items' },
      schema: {
        tags,
        summary: 'Save many positions',
        body: saveBody,
        description: 'Each item has its own answer, in the order of the items; what is wrong with one keeps no other out.',
        response: { 200: saveAnswer, ...problems('forbidden'), ...refusals },
      },
    },
    async (request, reply) => {
      const asker = identity.ensure(request, reply);
      const nowMs = clock.nowMs();
      return { serverMs: nowMs, answers: [...(await resume.save(asker, request.body, nowMs))] };
    },
  );

  for (const edit of EDITS) {
    app.post(
      `/resume/:contentId/${edit}`,
      {
        schema: {
          tags,
          summary: `Say that a title is ${edit}`,
          params: idParams,
          body: sayerSchema,
          response: { 200: editAnswer, ...nothing, ...problems('conflict'), ...refusals },
        },
      },
      async (request, reply) => {
        const asker = identity.ensure(request, reply);
        const device = request.body?.device ?? (await programOf(asker));
        const entry = await resume.edit(asker, request.params.contentId, edit, device, clock.nowMs());
        if (entry === null) throw notFound();
        return entry;
      },
    );
  }

  for (const [verb, hidden] of [
    ['hide', true],
    ['unhide', false],
  ] as const) {
    app.post(
      `/resume/:contentId/${verb}`,
      {
        schema: {
          tags,
          summary: hidden ? 'Keep a title out of the row' : 'Let a title into the row again',
          params: idParams,
          response: { 200: resumeEntrySchema, ...nothing, ...refusals },
        },
      },
      (request) => {
        const asker = identity.of(request);
        if (asker === null) throw notFound();
        return resume.hide(asker, request.params.contentId, hidden, clock.nowMs());
      },
    );
  }

  app.delete(
    '/resume/:contentId',
    {
      schema: {
        tags,
        summary: 'Forget a title',
        params: idParams,
        response: { 204: z.null(), ...nothing, ...refusals },
      },
    },
    async (request, reply) => {
      const asker = identity.of(request);
      if (asker === null) throw notFound();
      await resume.edit(asker, request.params.contentId, 'delete', await programOf(asker), clock.nowMs());
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/continue',
    {
      schema: {
        tags,
        summary: 'What one may want to go on with',
        querystring: rowQuery,
        response: { 200: rowSchema, ...refusals },
      },
    },
    async (request) => {
      const viewerId = identity.viewerId(request);
      const row = viewerId === null ? [] : await resume.row(viewerId, request.query.limit, clock.nowMs());
      return { entries: [...row] };
    },
  );

  app.get(
    '/history',
    {
      schema: {
        tags,
        summary: 'What one has watched',
        querystring: historyQuery,
        response: { 200: historySchema, ...refusals },
      },
    },
    async (request) => {
      const viewerId = identity.viewerId(request);
      if (viewerId === null) return { entries: [], paused: false, next: null };
      const { limit, after } = request.query;
      const { entries, next, paused } = await resume.history(viewerId, pageEndOf(after), limit);
      return { entries: [...entries], paused, next: next === null ? null : `${next.atMs}-${next.id}` };
    },
  );

  const pauseSchema = withExample(z.strictObject({ paused: z.boolean() }), { paused: true });
  app.patch(
    '/history',
    {
      schema: {
        tags,
        summary: 'Write no history for now, or again',
        body: pauseSchema,
        description: 'While it is paused positions are kept all the same.',
        response: { 200: pauseAnswer, ...refusals },
      },
    },
    async (request, reply) => {
      const { paused } = request.body;
      await resume.pauseHistory(identity.ensureViewerId(request, reply), paused);
      return { paused };
    },
  );

  app.delete(
    '/history',
    {
      schema: {
        tags,
        summary: 'Forget everything one has watched',
        description: 'History and positions, also those that a device has kept and not sent yet.',
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const viewerId = identity.viewerId(request);
      if (viewerId !== null) await resume.clear(viewerId, clock.nowMs());
      return reply.code(204).send(null);
    },
  );
}
