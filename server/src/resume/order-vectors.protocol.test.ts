import { readFileSync } from 'node:fs';
import type { ResumeSaveResult } from '@cowatch/shared/protocol';
import type { ResumeOrder } from '@cowatch/shared/resume';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Person, startTestServer, type TestServer } from '../protocol.testing.ts';

const { cases }: { readonly cases: readonly (ResumeOrder & { readonly key: string })[] } = JSON.parse(
  readFileSync(new URL('../../../docs/vectors/order-key.json', import.meta.url), 'utf8'),
);

let server: TestServer;
let ana: Person;
beforeAll(async () => {
  server = await startTestServer();
  ana = await server.person('Ana');
});
afterAll(() => server.stop());

it('[RES1] of two vectors the later one wins, in whatever order they come', async () => {
  // Nobody may mean something that is still to come.
  const orders = cases.map(({ key: _, ...order }) => order).filter(({ intentAtMs }) => intentAtMs <= Date.now());
  const pairs = orders.slice(1).map((later, i) => [orders[i], later] as const);
  expect(pairs.length).toBeGreaterThan(10);
  const save = async (contentId: (i: number) => string, which: (pair: (typeof pairs)[number]) => unknown) => {
    const items = pairs.map((pair, i) => ({
      contentId: contentId(i),
      positionMs: 1,
      durationMs: null,
      watchedMs: 1,
      state: 'active',
      previousPositionMs: null,
      savedAtMs: Date.now(),
      ...(which(pair) as ResumeOrder),
    }));
    const body = { viewerId: ana.viewerId, device: { id: 'test-device', name: 'Test' }, items };
    const { answers } = (await ana.http('POST', '/resume/batch', body)).body as ResumeSaveResult;
    return answers.map(({ outcome }) => outcome);
  };
  const all = (outcome: string) => pairs.map(() => outcome);
  expect(
    await save(
      (i) => `rising ${i}`,
      ([earlier]) => earlier,
    ),
  ).toEqual(all('applied'));
  expect(
    await save(
      (i) => `rising ${i}`,
      ([, later]) => later,
    ),
  ).toEqual(all('applied'));
  expect(
    await save(
      (i) => `falling ${i}`,
      ([, later]) => later,
    ),
  ).toEqual(all('applied'));
  expect(
    await save(
      (i) => `falling ${i}`,
      ([earlier]) => earlier,
    ),
  ).toEqual(all('stale'));
});
