import { CodedError } from '@cowatch/shared/protocol';
import { DrizzleQueryError, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_DATABASES, type TestDatabase } from './database.testing.ts';

describe.each(TEST_DATABASES)('a database on $kind', ({ kind, open }) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
    await test.database.run((db) => db.execute(sql`create table note (id int primary key, text text not null)`));
  });
  afterAll(() => test.remove());

  const texts = async () => {
    const result = await test.database.run((db) => db.execute(sql`select text from note order by id`));
    return result.rows.map((row) => row.text);
  };

  it('says what it is and that it is well', () => {
    expect(test.database.kind).toBe(kind);
    expect(test.database.health()).toEqual({ ok: true });
  });

  it('keeps what a transaction did, whole', async () => {
    await test.database.transaction(async (tx) => {
      await tx.execute(sql`insert into note values (1, ${'one'})`);
      await tx.execute(sql`insert into note values (2, ${'two'})`);
    });
    expect(await texts()).toEqual(['one', 'two']);
  });

  it('takes back what a failed transaction did, and passes on why', async () => {
    const refusal = new CodedError('conflict', 'not now');
    const work = test.database.transaction(async (tx) => {
      await tx.execute(sql`delete from note`);
      throw refusal;
    });
    await expect(work).rejects.toBe(refusal);
    expect(await texts()).toEqual(['one', 'two']);
  });

  it("passes on the database's own refusals, and goes on after them", async () => {
    const work = test.database.transaction((tx) => tx.execute(sql`insert into note values (1, 'again')`));
    const error = await work.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DrizzleQueryError);
    expect(error).toHaveProperty('cause.code', '23505');
    expect(test.database.health()).toEqual({ ok: true });
    expect(await texts()).toEqual(['one', 'two']);
  });

  it('takes a nested transaction back on its own', async () => {
    await test.database.transaction(async (tx) => {
      await tx.execute(sql`insert into note values (3, 'three')`);
      await tx
        .transaction(async (inner) => {
          await inner.execute(sql`insert into note values (4, 'four')`);
          throw new Error('no');
        })
        .catch(() => {});
    });
    expect(await texts()).toEqual(['one', 'two', 'three']);
  });

  it('serves many callers at once', async () => {
    const sums = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        test.database.transaction(async (tx) => {
          const result = await tx.execute(sql`select ${i}::int + count(*)::int as sum from note`);
          return result.rows[0]?.sum;
        }),
      ),
    );
    expect(sums).toEqual(Array.from({ length: 50 }, (_, i) => i + 3));
  });

  it('refuses with a code once it is stopped', async () => {
    const other = await open();
    await other.database.stop();
    await expect(other.database.run((db) => db.execute(sql`select 1`))).rejects.toMatchObject({ code: 'unavailable' });
    expect(other.database.health().ok).toBe(false);
    await other.remove();
  });
});
