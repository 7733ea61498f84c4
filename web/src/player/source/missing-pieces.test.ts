import { expect, it } from 'vitest';
import { missingPieces } from './missing-pieces.ts';

/** An engine at a piece that is answered with this; answers with how often it was sent on, and the piece. */
function at(code: number, { live = false, fatal = false, type = 'main' } = {}) {
  let starts = 0;
  const engine = { levels: [{ fragmentError: 3, details: { live } }], startLoad: () => (starts += 1) };
  const error = () => ({
    details: 'fragLoadError',
    fatal,
    response: { code },
    frag: { gap: false, type, level: 0, tagList: [] as string[][] },
  });
  return { engine, error, starts: () => starts };
}

it('goes on behind a piece that is gone', () => {
  const { engine, error, starts } = at(404);
  const missing = error();
  missingPieces().onError(engine, missing);
  expect(missing.frag).toMatchObject({ gap: true, tagList: [['GAP']] });
  expect(engine.levels[0]?.fragmentError).toBe(0);
  expect(starts()).toBe(1);
});

it.each([
  ['a server with a problem', 503, {}],
  ['a refusal', 403, {}],
  ['a broadcast, whose next piece is there in a moment', 404, { live: true }],
  ['sound that comes by itself', 404, { type: 'audio' }],
  ['an engine that has given up', 404, { fatal: true }],
])('leaves %s to the engine', (_what, code, how) => {
  const { engine, error, starts } = at(code, how);
  const failed = error();
  missingPieces().onError(engine, failed);
  expect(failed.frag).toMatchObject({ gap: false, tagList: [] });
  expect(starts()).toBe(0);
});

it('does not take a whole stream that is gone for a hole', () => {
  const { engine, error, starts } = at(410);
  const pieces = missingPieces();
  for (let i = 0; i < 40; i += 1) pieces.onError(engine, error());
  expect(starts()).toBe(12);
  pieces.onPiece();
  pieces.onError(engine, error());
  expect(starts()).toBe(13);
});
