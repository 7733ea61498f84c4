import { describe, expect, it } from 'vitest';
import { createLogger } from './log.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  write(createLogger({ level: 'info', destination: { write: (line: string) => lines.push(JSON.parse(line)) } }));
  return lines;
}

describe('createLogger', () => {
  it('never writes cookies and tokens down', () => {
    const headers = { cookie: 'cowatch_viewer=secret', authorization: 'Bearer secret', host: 'party.example' };
    const lines = logged((log) =>
      log.info({ req: { headers }, headers, token: 'secret', auth: { token: 'secret' } }, 'x'),
    );
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(JSON.stringify(lines)).toContain('party.example');
  });

  it('writes errors whole, and nothing below its level', () => {
    const cause = new Error('the reason');
    const lines = logged((log) => {
      log.debug('unheard');
      log.error({ err: new Error('what happened', { cause }) }, 'failed');
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 50,
      msg: 'failed',
      err: { stack: expect.stringContaining('log.test.ts') },
    });
    expect(JSON.stringify(lines[0])).toContain('the reason');
  });
});
