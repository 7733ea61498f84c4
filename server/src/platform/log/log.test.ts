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
    const lines = logged((log) => log.info({ req: { headers }, headers, token: 'secret', auth: { token: 'secret' } }, 'x'));
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

  it('writes of ids no more than it takes to find them again, and of errors nothing that somebody said', () => {
    const refused = Object.assign(new Error('WRONGTYPE'), { command: { name: 'eval', args: ['a title'] } });
    const failed = Object.assign(new Error('Failed query: insert\nparams: a title,7'), { params: ['a title', 7] });
    const lines = logged((log) => {
      log.warn({ sessionId: 'rK3v0Zb1Qx2nT5yWc7Ua9g', contentId: 'yt:aqz-KE-bpKQ' }, 'x');
      log.error({ err: refused }, 'x');
      log.error({ err: new Error('outer', { cause: failed }) }, 'x');
      log.error({ err: Object.assign(new Error('x'), { detail: 'a title', where: 'a title' }) }, 'x');
    });
    expect(lines[0]).toMatchObject({ sessionId: 'rK3v0Z…', contentId: 'yt:aqz…' });
    expect(lines[1]).toMatchObject({ err: { message: 'WRONGTYPE', command: 'eval' } });
    expect(JSON.stringify(lines[2])).toContain('Failed query: insert');
    expect(JSON.stringify(lines)).not.toContain('a title');
  });
});
