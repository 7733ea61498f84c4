import type { DeviceSignIn, Me } from '@cowatch/shared/protocol';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HttpProblem } from '../../lib/http/http.ts';
import { pollSignIn } from './poll-sign-in.ts';

const ME = { viewerId: 'ana' } as Me;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Asks a server that answers one thing after the other, and the last for ever. */
function polled(...answers: readonly (DeviceSignIn | HttpProblem)[]) {
  const askedAtMs: number[] = [];
  const startMs = Date.now();
  const seen = { me: null as Me | null, gone: false };
  const stop = pollSignIn({
    intervalS: 5,
    async ask() {
      const answer = answers[Math.min(askedAtMs.length, answers.length - 1)] as DeviceSignIn | HttpProblem;
      askedAtMs.push(Date.now() - startMs);
      if (answer instanceof HttpProblem) throw answer;
      return answer;
    },
    onSignedIn: (me) => Object.assign(seen, { me }),
    onGone: () => Object.assign(seen, { gone: true }),
  });
  return { askedAtMs, seen, stop };
}

const pending = (intervalS: number): DeviceSignIn => ({ status: 'pending', intervalS });

it('asks as often as it may, less often once told so, and no more when it was allowed', async () => {
  const { askedAtMs, seen } = polled(pending(5), pending(10), { status: 'signed_in', me: ME });
  await vi.advanceTimersByTimeAsync(120_000);
  expect(askedAtMs).toEqual([5000, 10_000, 20_000]);
  expect(seen).toEqual({ me: ME, gone: false });
});

it('asks ever less often while nobody answers, and not before it was told to', async () => {
  const offline = new HttpProblem('offline', '');
  const busy = new HttpProblem('rate_limited', '', { retryAfterMs: 90_000 });
  const { askedAtMs, seen } = polled(offline, offline, busy, pending(5));
  await vi.advanceTimersByTimeAsync(130_000);
  expect(askedAtMs).toEqual([5000, 15_000, 35_000, 125_000, 130_000]);
  expect(seen).toEqual({ me: null, gone: false });
});

it('ends when the code is gone, and when nobody looks any more', async () => {
  const ended = polled(new HttpProblem('gone', ''));
  const left = polled(pending(5));
  await vi.advanceTimersByTimeAsync(6000);
  left.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ended.askedAtMs).toHaveLength(1);
  expect(ended.seen.gone).toBe(true);
  expect(left.askedAtMs).toHaveLength(1);
});
