import { expect, it } from 'vitest';
import { openTestRedis, startTestRedis } from './redis.testing.ts';
import { weaknessOf } from './redis-durability.ts';

it.each([
  { name: 'keeps everything', options: { appendfsync: 'always' as const }, says: null },
  { name: 'keeps nothing', options: {}, says: /append-only/ },
  {
    name: 'drops what it has no room for',
    options: { appendfsync: 'everysec' as const, args: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'] },
    says: /allkeys-lru/,
  },
  {
    name: 'refuses what it has no room for',
    options: { appendfsync: 'everysec' as const, args: ['--maxmemory', '100mb', '--maxmemory-policy', 'noeviction'] },
    says: null,
  },
])('says of a Redis that $name how it may lose things', async ({ options, says }) => {
  const server = await startTestRedis(options);
  const redis = await openTestRedis(server.url);
  const weakness = await weaknessOf(redis);
  if (says === null) expect(weakness).toBeNull();
  else expect(weakness).toMatch(says);
  await server.kill();
  expect(await weaknessOf(redis)).toBeNull();
  await redis.stop();
  await server.remove();
});
