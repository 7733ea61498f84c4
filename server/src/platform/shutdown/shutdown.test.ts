import { describe, expect, it } from 'vitest';
import { startProcess } from '../child-process.testing.ts';

const start = (how: string) => startProcess(new URL('./shutdown.testing.ts', import.meta.url), [how]);

describe('endInOrder', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends in order on %s', async (signal) => {
    const child = start('well');
    await child.lineThat(/^ready$/);
    child.signal(signal);
    expect(await child.lineThat(/^stop/)).toBe('stopping');
    expect(await child.lineThat(/^stop/)).toBe('stopped');
    expect(await child.ended()).toMatchObject({ code: 0 });
  });

  it('ends at once on a second signal', async () => {
    const child = start('hang');
    await child.lineThat(/^ready$/);
    child.signal('SIGTERM');
    await child.lineThat(/^stopping$/);
    child.signal('SIGINT');
    expect(await child.ended()).toMatchObject({ code: 1 });
  });

  it.each([
    ['throw', 'JSON'],
    ['reject', 'nobody awaits this'],
  ])('after an uncaught %s, saves what it can, says what it was and ends', async (how, message) => {
    const child = start(how);
    const logged = JSON.parse(await child.lineThat(/"level":60/));
    expect(logged.err.message).toContain(message);
    expect(logged.err.stack).toContain('shutdown.testing.ts');
    await child.lineThat(/^rescued$/);
    expect(await child.ended()).toMatchObject({ code: 1 });
  });
});
