import { beforeEach, describe, expect, it } from 'vitest';
import type { MemberReport } from '../../protocol/index.ts';
import type { Asker } from '../connection/questions.ts';
import { ManualEnvironment } from '../environment/manual-environment.testing.ts';
import { Reporter } from './reporter.ts';

const REPORT: MemberReport = {
  sessionId: 's'.repeat(22),
  version: 1,
  accessVersion: 1,
  state: 'playing' as const,
  positionS: 0,
  driftMs: null,
};

describe('the reporter', () => {
  let env: ManualEnvironment;
  let asked: number;
  let intervalMs: number;
  let shown: boolean;
  let reporter: Reporter;
  beforeEach(() => {
    env = new ManualEnvironment(1);
    asked = 0;
    shown = false;
    const connection = {
      connected: true,
      ask: async () => {
        asked += 1;
        const data = { version: 1, accessVersion: 1, presenceRevision: 0, reportIntervalMs: intervalMs };
        return { ok: true, data };
      },
    } as unknown as Asker;
    reporter = new Reporter({ connection, env, report: () => REPORT, onAnswer: () => {}, shown: () => shown });
  });
  /** Joined to a party that asks for reports this seldom, with a report just made. */
  const joined = async (ms: number) => {
    intervalMs = ms;
    reporter.intervalMs = ms;
    await reporter.now();
    asked = 0;
  };

  it('reports at the interval it was told, ± 10 %', async () => {
    await joined(2000);
    await env.advance(1799);
    expect(asked).toBe(0);
    await env.advance(401);
    expect(asked).toBe(1);
  });

  it('tells a change at once, but not more often than twice a second', async () => {
    await joined(2000);
    reporter.soon();
    await env.advance(499);
    expect(asked).toBe(0);
    await env.advance(1);
    expect(asked).toBe(1);
    await env.advance(600);
    reporter.soon();
    await env.advance(0);
    expect(asked).toBe(2);
  });

  it('[REP6] one of a crowd tells a change with the next report, whoever is shown at once', async () => {
    await joined(100_000);
    reporter.soon();
    await env.advance(80_000);
    expect(asked).toBe(0);
    await env.advance(30_000);
    expect(asked).toBe(1);
    shown = true;
    reporter.soon();
    await env.advance(500);
    expect(asked).toBe(2);
  });
});
