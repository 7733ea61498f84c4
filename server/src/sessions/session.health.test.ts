import { describe, expect, it } from 'vitest';
import type { DatabaseHealth } from '../platform/database/database.ts';
import { partiesHealth } from './session.health.ts';

interface World {
  readonly away?: boolean;
  readonly late?: boolean;
  readonly refused?: number;
  readonly database?: DatabaseHealth;
  readonly redis?: boolean;
}

/** What `/readyz` says of parties. */
function said({ away = false, late = false, refused = 0, database = { ok: true }, redis }: World) {
  return partiesHealth({
    writer: { away, isLate: () => late, unsavedCount: 3, refusedCount: refused },
    database: { health: () => database },
    redis: redis === undefined ? null : { health: () => ({ ok: redis }) },
    nowMs: () => 0,
  }).check();
}

describe('parties in /readyz', () => {
  it('are well where they can be changed and are saved', () => {
    expect(said({})).toEqual({ state: 'ok' });
    expect(said({ redis: true })).toEqual({ state: 'ok' });
  });

  it.each<[World, RegExp]>([
    [{ redis: false }, /until Redis is back/],
    [{ away: true }, /^3 are not saved yet/],
    [{ away: true, database: { ok: false, error: 'it is still starting' } }, /it is still starting$/],
    [{ late: true }, /^3 are not saved yet: the database is slow/],
    [{ refused: 1 }, /^1 are refused/],
  ])('say what is wrong: %j', (world, detail) => {
    expect(said(world)).toEqual({ state: 'degraded', detail: expect.stringMatching(detail) });
  });
});
