import { expect, it } from 'vitest';
import { DamagedDatabaseError, openingError } from './inspect-folder.ts';

const failed = (message: string) => new Error(message);

it.each([
  ['WebAssembly without memory', failed('WebAssembly.Memory(): could not allocate memory')],
  ['a thread without memory', failed('Worker terminated due to reaching memory limit: JS heap out of memory')],
  ['PostgreSQL without memory', failed('out of memory')],
])('%s is no damage to the files, which nobody should move away', (_, error) => {
  const told = openingError('/data/database/postgres', error.message, error);
  expect(told).not.toBeInstanceOf(DamagedDatabaseError);
  expect(told.message).toMatch(/^DATABASE_URL: .+ The database in \/data\/database\/postgres is as it was\.$/);
  expect(told.message).not.toContain('move');
});

it('what PostgreSQL gives up on is damage', () => {
  const error = failed('Aborted(). Build with -sASSERTIONS for more info.');
  const told = openingError('/data/database/postgres', error.message, error);
  expect(told).toBeInstanceOf(DamagedDatabaseError);
  expect(told.message).toContain('PostgreSQL gives up on it');
});
