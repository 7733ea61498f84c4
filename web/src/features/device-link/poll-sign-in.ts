import type { DeviceSignIn, Me } from '@cowatch/shared/protocol';
import { HttpProblem } from '../../lib/http/http.ts';

/** Longest pause between two questions while nobody answers, in milliseconds. */
const PAUSE_MAX_MS = 60_000;

export interface SignInPoll {
  /** Seconds before each question, until the server asks for more. */
  readonly intervalS: number;
  readonly ask: () => Promise<DeviceSignIn>;
  readonly onSignedIn: (me: Me) => void;
  /** The code will never be allowed any more. */
  readonly onGone: () => void;
}

/**
 * Asks again and again whether the shown code was allowed, no more often than the server wants (RFC 8628, section 3.5: and
 * ever less often where it cannot be reached). Returns its stop.
 */
export function pollSignIn({ intervalS, ask, onSignedIn, onGone }: SignInPoll): () => void {
  let stopped = false;
  let pauseMs = intervalS * 1000;
  let timer: ReturnType<typeof setTimeout>;

  const wait = () => {
    timer = setTimeout(() => void look(), pauseMs);
  };
  async function look() {
    try {
      const answer = await ask();
      if (stopped) return;
      if (answer.status === 'signed_in') return onSignedIn(answer.me);
      pauseMs = answer.intervalS * 1000;
    } catch (error) {
      if (stopped) return;
      if (isFinal(error)) return onGone();
      const askedMs = error instanceof HttpProblem ? (error.retryAfterMs ?? 0) : 0;
      pauseMs = Math.max(askedMs, Math.min(PAUSE_MAX_MS, 2 * pauseMs));
    }
    wait();
  }

  wait();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function isFinal(error: unknown): boolean {
  return error instanceof HttpProblem && ['gone', 'not_found', 'bad_request', 'forbidden'].includes(error.code);
}
