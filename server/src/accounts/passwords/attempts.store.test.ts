import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresTestDatabase, type TestDatabase } from '../../platform/database/database.testing.ts';
import { FAILURES_FREE, LOCK_FIRST_MS } from '../accounts.limits.ts';
import { createAttemptsStore } from './attempts.store.ts';
import { lockMs } from './password.service.ts';

const NOW_MS = 1_700_000_000_000.5;

describe('[ACT2] attempts at a password', () => {
  let own: TestDatabase;
  beforeAll(async () => {
    own = await openPostgresTestDatabase();
  });
  afterAll(() => own.remove());

  const count = (counter: string, nowMs: number) => createAttemptsStore(own.database).count(counter, nowMs, lockMs);

  it('that began earlier and are counted later are not refused by one that locked nothing', async () => {
    expect(await count('late', NOW_MS)).toEqual({ lockedUntilMs: 0 });
    expect(await count('late', NOW_MS - 10)).toEqual({ lockedUntilMs: 0 });
  });

  it('of the same moment are counted each, also the first ones', async () => {
    const answers = await Promise.all(Array.from({ length: FAILURES_FREE + 2 }, () => count('burst', NOW_MS)));
    const lockedUntilMs = Math.floor(NOW_MS + LOCK_FIRST_MS);
    expect(answers.filter((answer) => answer.lockedUntilMs === 0)).toHaveLength(FAILURES_FREE);
    expect(answers.filter((answer) => answer.lockedUntilMs === lockedUntilMs)).toHaveLength(2);
  });
});
