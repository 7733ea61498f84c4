import { recordOf, sittingNamed } from '@cowatch/shared/resume/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedTestDatabase, openPostgresTestDatabase, type TestDatabase } from '../../platform/database/database.testing.ts';
import { openTestRedis, startTestRedis, type TestRedis } from '../../platform/redis/redis.testing.ts';
import type { Redis } from '../../platform/redis/redis.ts';
import { MOVE_PAGE } from '../../resume/resume.limits.ts';
import { MERGE_LEASE_MS, MERGE_SETTLES_MS, UNDO_MS } from '../accounts.limits.ts';
import { dyingAt, type House, openHouse } from './viewer-merges.testing.ts';

// Guests who are brought along, and taken out again: jobs that any instance goes on with, wherever the last one died.

const NOW_MS = 1_800_000_000_000;

let embedded: TestDatabase;
let postgres: TestDatabase;
let redisServer: TestRedis;
let redis: Redis;
beforeAll(async () => {
  [embedded, postgres, redisServer] = await Promise.all([openEmbeddedTestDatabase(), openPostgresTestDatabase(), startTestRedis()]);
  redis = await openTestRedis(redisServer.url);
});
afterAll(async () => {
  await redis.stop();
  await Promise.all([embedded.remove(), postgres.remove(), redisServer.remove()]);
});

let people = 0;
const newViewer = (name: string) => {
  people += 1;
  return `${name}${people}`.padEnd(22, '_');
};

const accountOf = (viewerId: string) => ({ viewerId, username: viewerId, passwordHash: '', deviceName: 'Laptop' });

async function newAccount(house: House): Promise<{ readonly viewerId: string; readonly userId: string }> {
  const viewerId = newViewer('ana');
  const { userId } = await house.store.createAccount(accountOf(viewerId), NOW_MS);
  return { viewerId, userId };
}

const title = (n: number | string) => `title:${typeof n === 'number' ? String(n).padStart(5, '0') : n}`;

/** Titles that only the account knows, only the guest, and both, the one or the other later. */
async function watchedByBoth(house: House, account: string, guest: string) {
  const at = (contentId: string, intentAtMs: number, sitting: number) =>
    recordOf({ contentId, intentAtMs, sittingId: sittingNamed(sitting), savedAtMs: intentAtMs });
  await house.say(account, at(title('own'), 1000, 1), at(title('earlier'), 1000, 2), at(title('later'), 3000, 3));
  await house.hide(account, title('earlier'), 500);
  await house.say(guest, at(title('guest'), 2000, 4), at(title('earlier'), 2000, 5), at(title('later'), 2000, 6));
  await house.hide(guest, title('earlier'), 2500);
}

const positionsOf = async (house: House, viewerId: string) =>
  (await house.of(viewerId)).titles.map(({ contentId, record }) => `${contentId} ${record?.intentAtMs}`);

describe.each([
  ['embedded', () => openHouse(embedded.database)],
  ['with Redis', () => openHouse(postgres.database, redis)],
] as const)('[ACT9] [ACT10] bringing a guest along, %s', (_, open) => {
  it('joins what the account has, page by page, and is kept for a day to be taken out again', async () => {
    const house = open();
    const [{ viewerId: account }, guest] = [await newAccount(house), newViewer('guest')];
    await watchedByBoth(house, account, guest);
    await house.positions.settle(guest);
    const before = [await house.of(account), await house.of(guest)];
    await house.merges.bring(guest, account, NOW_MS);
    expect(house.revoked.revoked).toContain(guest);
    expect(await house.merged.toAccount(account, 9)).toMatchObject([{ phase: 'moving', moved: 0, total: 3 }]);
    const done = await house.work(NOW_MS);
    expect(await positionsOf(house, account)).toEqual([
      `${title('earlier')} 2000`,
      `${title('guest')} 2000`,
      `${title('later')} 3000`,
      `${title('own')} 1000`,
    ]);
    expect((await house.of(account)).history).toHaveLength(6);
    expect(await house.merged.toAccount(account, 9)).toMatchObject([{ phase: 'settling', moved: 3 }]);

    await house.merges.undo(guest, account);
    await house.work(done + MERGE_LEASE_MS);
    expect([await house.of(account), await house.of(guest)]).toEqual(before);
    expect(house.revoked.restored).toEqual([guest]);
    expect(await house.merged.toAccount(account, 9)).toEqual([]);
    expect(await house.merged.isFormer(guest, account)).toBe(false);
    // A second press finds it done; and the guest may be brought along again, for good this time.
    await house.merges.undo(guest, account);
    await house.merges.bring(guest, account, NOW_MS + 1);
    await house.work(NOW_MS + 1);
    await house.work(NOW_MS + 1 + MERGE_SETTLES_MS);
    expect((await house.of(guest)).titles).toHaveLength(3);
    await house.work(NOW_MS + 1 + UNDO_MS);
    expect(await house.of(guest)).toEqual({ titles: [], loaded: [], history: [] });
    expect(await positionsOf(house, account)).toHaveLength(4);
    await expect(house.merges.undo(guest, account)).rejects.toMatchObject({ code: 'not_found' });
    expect(await house.merged.isFormer(guest, account)).toBe(true);
  });

  it('[RES24] what an instance took that had not heard yet comes along too, and goes out again with the rest', async () => {
    const house = open();
    const [{ viewerId: account }, guest] = [await newAccount(house), newViewer('guest')];
    await house.say(guest, recordOf({ contentId: title('before') }));
    await house.positions.settle(guest);
    await house.merges.bring(guest, account, NOW_MS);
    await house.work(NOW_MS);
    await house.say(guest, recordOf({ contentId: title('late') }), recordOf({ contentId: title('before'), seq: 2 }));
    await house.work(NOW_MS + 1000);
    expect(await positionsOf(house, account)).toHaveLength(1);
    await house.work(NOW_MS + MERGE_SETTLES_MS);
    expect(await positionsOf(house, account)).toHaveLength(2);
    await house.merges.undo(guest, account);
    await house.work(NOW_MS + MERGE_SETTLES_MS + 1);
    expect(await positionsOf(house, account)).toEqual([]);
    expect((await house.of(account)).history).toEqual([]);
    expect(await positionsOf(house, guest)).toHaveLength(2);
  });

  it('what was gone on with since stays', async () => {
    const house = open();
    const [{ viewerId: account }, guest] = [await newAccount(house), newViewer('guest')];
    await watchedByBoth(house, account, guest);
    await house.positions.settle(guest);
    await house.merges.bring(guest, account, NOW_MS);
    await house.work(NOW_MS);
    await house.say(account, recordOf({ contentId: title('guest'), intentAtMs: 9000, sittingId: sittingNamed(9) }));
    await house.merges.undo(guest, account);
    await house.work(NOW_MS + MERGE_LEASE_MS);
    expect(await positionsOf(house, account)).toEqual([
      `${title('earlier')} 1000`,
      `${title('guest')} 9000`,
      `${title('later')} 3000`,
      `${title('own')} 1000`,
    ]);
  });
});

const recordArb = fc.record({
  contentId: fc.constantFrom(...[1, 2, 3, 4].map(title)),
  committed: fc.boolean(),
  intentAtMs: fc.integer({ min: 1, max: 4 }),
  seq: fc.integer({ min: 1, max: 3 }),
  state: fc.constantFrom('active' as const, 'active' as const, 'completed' as const, 'deleted' as const),
});
/** What one device says: its sittings are its own. */
const saidArb = (sitting: number) =>
  fc
    .uniqueArray(recordArb, {
      maxLength: 5,
      selector: ({ contentId, intentAtMs, seq }) => `${contentId} ${intentAtMs} ${seq}`,
    })
    .map((all) => all.map((said) => recordOf({ ...said, sittingId: sittingNamed(sitting) })));

it('[ACT10] whatever both had watched and hidden, undone it is as it was', { timeout: 60_000 }, async () => {
  const house = openHouse(embedded.database);
  await fc.assert(
    fc.asyncProperty(saidArb(1), saidArb(2), fc.nat(5), fc.nat(5), async (own, guests, ownHides, guestHides) => {
      const [{ viewerId: account }, guest] = [await newAccount(house), newViewer('guest')];
      await house.say(account, ...own);
      await house.say(guest, ...guests);
      if (ownHides > 0) await house.hide(account, title(1), ownHides);
      if (guestHides > 0) await house.hide(guest, title(1), guestHides);
      const before = [await house.of(account), await house.of(guest)];
      await house.merges.bring(guest, account, NOW_MS);
      await house.work(NOW_MS);
      await house.merges.undo(guest, account);
      await house.work(NOW_MS + MERGE_LEASE_MS);
      expect([await house.of(account), await house.of(guest)]).toEqual(before);
    }),
    { seed: 20, numRuns: 8 },
  );
});

describe('[ACT9] a process that dies', () => {
  /** Bringing along and taking out, each ended at every call of the database in turn and gone on with by another process. */
  async function endingAt(call: number, when: 'before' | 'after', undone: boolean): Promise<boolean> {
    const house = openHouse(embedded.database);
    const [{ viewerId: account }, guest] = [await newAccount(house), newViewer('guest')];
    await watchedByBoth(house, account, guest);
    const before = [await house.of(account), await house.of(guest)];
    const begin = async (by: House) => {
      await by.merges.bring(guest, account, NOW_MS);
      await by.work(NOW_MS);
    };
    const end = async (by: House) => {
      await by.merges.undo(guest, account);
      await by.work(NOW_MS + MERGE_LEASE_MS);
    };
    if (undone) await begin(house);
    const dying = dyingAt(embedded.database, call, when);
    await (undone ? end : begin)(openHouse(dying.database)).catch(() => {});
    // The next one presses the button again, as does whoever was not answered.
    if (!undone) {
      await begin(house);
      await house.work(NOW_MS + MERGE_LEASE_MS + 1000);
      expect(await positionsOf(house, account)).toHaveLength(4);
    }
    await end(house);
    await house.work(NOW_MS + 3 * MERGE_LEASE_MS);
    expect([await house.of(account), await house.of(guest)], `${when} call ${call}`).toEqual(before);
    return dying.died;
  }

  it.each([
    ['bringing', false],
    ['undoing', true],
  ] as const)('while %s leaves nothing half done, wherever it was', { timeout: 120_000 }, async (_, undone) => {
    for (let call = 1; await endingAt(call, call % 2 === 0 ? 'after' : 'before', undone); call += 1) {
      expect(call).toBeLessThan(60);
    }
  });

  it('or is only slow does no harm: what another one goes on with is not undone by its last word', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const house = openHouse(embedded.database);
    const slow = openHouse(embedded.database, null, {
      async move(move, nowMs) {
        await held;
        return house.titleMerge.movePage(move, nowMs);
      },
    });
    const [{ viewerId: account }, guest] = [await newAccount(house), newViewer('guest')];
    await watchedByBoth(house, account, guest);
    const before = await house.of(account);
    await house.merges.bring(guest, account, NOW_MS);
    const sleeping = slow.merges.step(NOW_MS);
    expect(await house.merges.step(NOW_MS)).toBe(false);
    await house.merges.undo(guest, account);
    // Not before its lease has run out.
    expect(await house.merges.step(NOW_MS + 1)).toBe(false);
    release();
    await sleeping;
    await house.work(NOW_MS + 2);
    expect(await house.of(account)).toEqual(before);
  });
});

describe('whose a guest is', () => {
  const house = () => openHouse(embedded.database);

  it('[ACT9] the first account’s, however often and from wherever it is asked for', async () => {
    const one = house();
    const [ana, ben, guest] = [await newAccount(one), await newAccount(one), newViewer('guest')];
    await one.say(guest, recordOf());
    const presses = [ana, ben, ana, ben].map(({ viewerId }) => house().merges.bring(guest, viewerId, NOW_MS));
    const outcomes = (await Promise.allSettled(presses)).map(({ status }) => status);
    expect(outcomes.filter((status) => status === 'fulfilled')).toHaveLength(2);
    await one.work(NOW_MS);
    const there = await Promise.all([ana, ben].map(({ viewerId }) => positionsOf(one, viewerId)));
    expect(there.map((titles) => titles.length).sort()).toEqual([0, 1]);
  });

  it('[ACT9] nobody’s who has an account, and nobody gets an account who is on the way to one', async () => {
    const one = house();
    const [ana, ben, guest] = [await newAccount(one), await newAccount(one), newViewer('guest')];
    await expect(one.merges.bring(ben.viewerId, ana.viewerId, NOW_MS)).rejects.toMatchObject({ code: 'conflict' });
    await one.merges.bring(guest, ana.viewerId, NOW_MS);
    await expect(one.store.createAccount(accountOf(guest), NOW_MS)).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each(['moving', 'settling', 'brought', 'undoing', 'undone'] as const)(
    '[ACT5] an account that is erased while a guest is %s leaves nothing, and only a guest who was taken out',
    async (phase) => {
      const one = house();
      const [ana, guest] = [await newAccount(one), newViewer('guest')];
      await watchedByBoth(one, ana.viewerId, guest);
      await one.merges.bring(guest, ana.viewerId, NOW_MS);
      if (phase === 'moving') await one.merges.step(NOW_MS - 1);
      else await one.work(NOW_MS);
      if (phase === 'brought') await one.work(NOW_MS + MERGE_SETTLES_MS);
      if (phase === 'undoing' || phase === 'undone') await one.merges.undo(guest, ana.viewerId);
      if (phase === 'undone') await one.work(NOW_MS + MERGE_LEASE_MS);
      const [found] = await one.merged.toAccount(ana.viewerId, 1);
      if (phase !== 'undone') expect(found?.phase).toBe(phase);
      await one.merges.removeUser(ana.userId, ana.viewerId, NOW_MS + MERGE_LEASE_MS);
      await one.work(NOW_MS + UNDO_MS + 2 * MERGE_SETTLES_MS);
      const nothing = { titles: [], loaded: [], history: [] };
      expect(await one.of(ana.viewerId)).toEqual(nothing);
      const isGuestAgain = phase === 'undoing' || phase === 'undone';
      expect((await one.of(guest)).titles).toHaveLength(isGuestAgain ? 3 : 0);
      expect(one.revoked.restored).toEqual(isGuestAgain ? [guest] : []);
      expect(one.revoked.revoked.filter((id) => id === guest).length).toBe(isGuestAgain ? 1 : 2);
      // Nobody else learns from it who that was.
      expect(await one.merged.toAccount(ana.viewerId, 9)).toEqual([]);
      await expect(one.merges.bring(guest, ana.viewerId, NOW_MS)).rejects.toMatchObject({
        code: 'unauthenticated',
      });
    },
  );

  it('[ACT9] thousands of titles go in pages, and others come in between', async () => {
    const one = house();
    const [ana, guest] = [await newAccount(one), newViewer('guest')];
    const records = Array.from({ length: MOVE_PAGE + 1 }, (_, n) => recordOf({ contentId: title(n) }));
    await one.say(guest, ...records);
    await one.merges.bring(guest, ana.viewerId, NOW_MS);
    expect(await one.merges.step(NOW_MS)).toBe(true);
    expect(await one.merged.toAccount(ana.viewerId, 1)).toMatchObject([{ phase: 'moving', moved: MOVE_PAGE, total: MOVE_PAGE + 1 }]);
    // Nothing is due at once: there is a pause.
    expect(await one.merges.step(NOW_MS)).toBe(false);
    await one.work(NOW_MS + 1000);
    expect(await one.merged.toAccount(ana.viewerId, 1)).toMatchObject([{ phase: 'settling' }]);
    expect(await one.positions.outline(ana.viewerId)).toMatchObject({ titles: MOVE_PAGE + 1 });
  });
});

it('[RES26] of guests nothing is left after 180 days without a word, and everything of accounts', async () => {
  const { store, positions, resume, say } = openHouse(embedded.database);
  const [idle, once, account] = ['a', 'b', 'c'].map((name) => name.repeat(22)) as [string, string, string];
  await store.createAccount({ ...accountOf(account), username: 'Idle' }, NOW_MS);
  const said = (contentId: string, intentAtMs: number) => recordOf({ contentId, intentAtMs, savedAtMs: intentAtMs });
  await say(idle, said('title:old', 1000));
  await say(once, said('title:old', 1000), said('title:new', 3000));
  await say(account, said('title:old', 1000));
  let after = '';
  do after = await resume.eraseIdle(after, 2000, 2);
  while (after !== '');
  const left = await Promise.all([idle, once, account].map((id) => positions.all(id, null, 10)));
  expect(left.map((titles) => titles.length)).toEqual([0, 2, 1]);
});
