import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import type { AccountsLibrary } from './accounts.library.types.ts';
import { librariesFor } from './libraries.ts';

it('opens a library once for each address, and again where that failed', async () => {
  const library = {} as AccountsLibrary;
  const opened: string[] = [];
  let fails = true;
  const libraryFor = librariesFor(
    (request) => `http://${request.id}`,
    async (origin) => {
      opened.push(origin);
      if (fails) throw new Error('not now');
      return library;
    },
  );
  const from = (id: string) => libraryFor({ id } as FastifyRequest);
  await expect(from('a.example')).rejects.toThrow('not now');
  fails = false;
  expect(await from('a.example')).toBe(library);
  expect(await from('a.example')).toBe(library);
  expect(await from('b.example')).toBe(library);
  expect(opened).toEqual(['http://a.example', 'http://a.example', 'http://b.example']);
});
