import { afterEach, expect, it, vi } from 'vitest';
import { createSession } from './api.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Answers in turn with these statuses; 0 is no answer at all. Gives back the keys that were sent. */
function answering(...statuses: readonly number[]): string[] {
  const keys: string[] = [];
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    keys.push(new Headers(init.headers).get('idempotency-key') ?? '');
    const status = statuses[keys.length - 1] ?? 0;
    if (status === 0) throw new TypeError('no network');
    const code = status === 400 ? 'bad_request' : 'unavailable';
    return new Response(JSON.stringify({ code }), { status });
  });
  return keys;
}

const FILM = { media: { url: 'https://a.example/film.mp4' } };

it('asks again for the same party until it is answered, and then for another', async () => {
  const keys = answering(0, 503, 201, 201, 400, 201);
  for (let i = 0; i < 6; i += 1) await createSession(FILM).catch(() => {});
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys.slice(1, 3)).toEqual([keys[0], keys[0]]);
  expect(new Set(keys.slice(2)).size).toBe(4);
});

it('asks for another party where another film is wanted', async () => {
  const keys = answering(0, 201);
  await createSession(FILM).catch(() => {});
  await createSession({ ...FILM, name: 'Friday' });
  expect(keys[0]).not.toBe(keys[1]);
});
