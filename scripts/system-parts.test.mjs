import { describe, expect, test } from 'vitest';
import { PARTS, planFor } from './system-parts.mjs';

const MISSING = [
  { name: 'Redis 7', packages: ['redis-server'] },
  { name: 'Firefox', packages: ['firefox-esr', 'libavcodec59'] },
  { name: 'libavcodec', packages: ['libavcodec59'] },
];
const DEBIAN = { id: 'debian', version: '12', root: true };

describe('system parts', () => {
  test('nothing missing means nothing done', () => {
    expect(planFor([], DEBIAN)).toEqual({ action: 'none' });
  });

  test('root on Debian installs each missing package once', () => {
    expect(planFor(MISSING, DEBIAN)).toEqual({
      action: 'install',
      packages: ['redis-server', 'firefox-esr', 'libavcodec59'],
    });
  });

  test.each([
    ['someone else on Debian', { ...DEBIAN, root: false }],
    ['another system', { id: 'ubuntu', version: '24.04', root: true }],
  ])('%s is told the parts and the command, and nothing is installed', (_name, machine) => {
    const plan = planFor(MISSING, machine);
    expect(plan.action).toBe('tell');
    for (const { name } of MISSING) expect(plan.message).toContain(name);
    expect(plan.message).toContain('apt-get install --no-install-recommends redis-server firefox-esr libavcodec59');
  });

  test('every part that the tests run against is here', () => {
    expect(PARTS.filter((part) => !part.found()).map((part) => part.name)).toEqual([]);
  });
});
