import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../config.ts';
import { HealthRegistry } from './health/health.ts';
import type { HttpApp } from './http/http.types.ts';
import { createHttpApp } from './http/http-app.ts';
import { createLogger } from './log/log.ts';
import { createMetrics } from './metrics/metrics.ts';
import { looksStorable, refuseUnstorable } from './storable-gate.ts';

describe('[TEXT2] a route that checks nothing itself', () => {
  let app: HttpApp;
  beforeAll(async () => {
    app = await createHttpApp({
      config: loadConfig({ DATA_DIR: '/nonexistent' }),
      health: new HealthRegistry(),
      log: createLogger({ level: 'silent' }),
      metrics: createMetrics({ processMetrics: false }),
      viewerOf: () => null,
      registerApi(api) {
        api.post('/any/:id', () => ({}));
        api.post('/items', { config: { answersPerItem: 'items' } }, () => ({}));
      },
    });
  });
  afterAll(() => app.close());

  const post = async (path: string, payload?: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({
      method: 'POST',
      url: `/api/v1${path}`,
      headers,
      payload: JSON.stringify(payload),
    });
    return answer.statusCode === 200 ? 200 : answer.json().detail;
  };

  it.each([
    ['/any/a?b=c', { d: ['e', { f: null, g: 1 }] }, 200],
    ['/any/%00', {}, 'params.id: has a character that cannot be stored'],
    ['/any/a?b=%00', {}, 'querystring.b: has a character that cannot be stored'],
    ['/any/a?%00=b', {}, 'querystring: has a field whose name cannot be stored'],
    ['/any/a', '\0', 'body: has a character that cannot be stored'],
    ['/any/a', { d: ['e', { f: '\udc00' }] }, 'body.d.1.f: has a character that cannot be stored'],
    ['/any/a', { d: { '\ud800': 1 } }, 'body.d: has a field whose name cannot be stored'],
    ['/any/a', JSON.parse(`${'['.repeat(20)}${']'.repeat(20)}`), `body.${Array(16).fill('0').join('.')}: is nested too deeply`],
    ['/items', { items: ['\0'] }, 200],
    ['/items', { items: [], other: '\0' }, 'body.other: has a character that cannot be stored'],
    ['/items', ['\0'], 'body.0: has a character that cannot be stored'],
  ])('%s %j is answered %j', async (path, body, answer) => {
    expect(await post(path, body)).toBe(answer);
  });
});

it('one look at the JSON is enough for nearly every message, and never lets one through', () => {
  for (const text of ['\0', 'a\ud83d', '\udc00b']) expect(looksStorable(JSON.stringify({ [text]: text }))).toBe(false);
  for (const text of ['', 'é', '\u{1f3ac}', '\u0001', 'ud800']) {
    expect(looksStorable(JSON.stringify({ text }))).toBe(true);
    expect(() => refuseUnstorable({ text }, 'message')).not.toThrow();
  }
  // What only looks so is looked at.
  expect(looksStorable(JSON.stringify('\\u0000'))).toBe(false);
  expect(() => refuseUnstorable('\\u0000', 'message')).not.toThrow();
});
