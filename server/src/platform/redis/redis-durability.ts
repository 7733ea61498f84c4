import type { Redis } from './redis.ts';

/**
 * Why this Redis may lose what it has acknowledged, in words for an operator; null where nothing speaks for that, or
 * where it does not tell its settings (managed services often do not).
 */
export async function weaknessOf(redis: Redis): Promise<string | null> {
  const settings = await redis
    .run(async (client) => {
      const pairs = (await client.call('CONFIG', 'GET', 'append*')) as string[];
      const more = (await client.call('CONFIG', 'GET', 'maxmemory*')) as string[];
      const all = [...pairs, ...more];
      return new Map(all.flatMap((name, i) => (i % 2 === 0 ? [[name, all[i + 1] ?? ''] as const] : [])));
    })
    .catch(() => new Map<string, string>());
  if (settings.get('appendonly') === 'no') return 'Redis keeps no append-only file: what it holds ends with it';
  const policy = settings.get('maxmemory-policy') ?? 'noeviction';
  if (Number(settings.get('maxmemory') ?? 0) > 0 && policy !== 'noeviction') {
    return `Redis may drop what it was given (maxmemory-policy ${policy}): set it to noeviction`;
  }
  return null;
}
