import { Readable } from 'node:stream';
import { exportedAccountSchema } from '@cowatch/shared/answers';
import { CodedError } from '@cowatch/shared/protocol';
import { z } from 'zod';
import type { HttpApp } from '../platform/http/http.types.ts';
import { problems } from '../platform/http/problem.ts';
import type { ExportField, ViewerData } from '../platform/viewer-data.ts';
import type { AccountsHttpDeps } from './accounts.http.deps.ts';

export interface ExportHttpDeps extends Pick<AccountsHttpDeps, 'clock' | 'identity' | 'accounts'> {
  readonly viewerData: readonly ViewerData[];
}

/** The account export: what accounts keep of a viewer, and what every other feature does. */
export function registerExportHttp(app: HttpApp, { clock, identity, accounts, viewerData }: ExportHttpDeps): void {
  const shape = {
    viewerId: z.string(),
    exportedAtMs: z.number().int(),
    account: exportedAccountSchema.nullable().describe('Null for a guest.'),
    ...Object.assign({}, ...viewerData.map(({ exported }) => exported)),
  };
  // A file, written piece by piece: nothing checks it but the tests.
  const exportSchema: z.ZodType = z.object(shape).meta({ id: 'Export' });
  const fields = Object.keys(shape).map((name) => `\`${name}\``);
  app.post(
    '/exports',
    {
      schema: {
        tags: ['resume'],
        summary: 'Everything that is kept of one, as a file',
        description: `JSON: ${fields.join(', ')}.`,
        response: { 200: exportSchema, ...problems('bad_request', 'unauthenticated', 'rate_limited', 'unavailable') },
      },
    },
    async (request, reply) => {
      const asker = identity.of(request);
      if (asker === null) throw new CodedError('unauthenticated', 'Nothing is kept of somebody who was never here.');
      const nowMs = clock.nowMs();
      const own = { viewerId: asker.viewerId, exportedAtMs: Math.floor(nowMs), account: await accounts.accountExport(asker) };
      const others = viewerData.map((data) => data.export(asker.viewerId, nowMs));
      return reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', 'attachment; filename="cowatch.json"')
        .header('cache-control', 'no-store')
        .send(Readable.from(written(own, others)));
    },
  );
}

/** The export, a piece at a time: no memory has to hold all of it. */
async function* written(own: object, others: readonly AsyncIterable<ExportField>[]): AsyncGenerator<string> {
  let head = JSON.stringify(own).slice(0, -1);
  for (const fields of others) {
    for await (const field of fields) {
      const name = `${head},${JSON.stringify(field.name)}:`;
      head = '';
      if ('value' in field) yield name + JSON.stringify(field.value);
      else {
        yield `${name}[`;
        yield* joined(field.values);
        yield ']';
      }
    }
  }
  yield `${head}}\n`;
}

async function* joined(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  let separator = '\n';
  for await (const value of values) {
    yield `${separator}${JSON.stringify(value)}`;
    separator = ',\n';
  }
}
