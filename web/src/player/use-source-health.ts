import type { MediaElementLike } from '@cowatch/shared/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { onSourceError } from './source-errors.ts';

export type SourceStatus =
  | { readonly kind: 'loading' | 'slow' | 'ready' }
  /** It did play, broke off, and is being tried again. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'unplayable'; readonly reason: 'file' | 'service' | 'unreachable' | 'chunk' };

export interface SourceHealth {
  readonly status: SourceStatus;
  /** Changes with every new try: a key that makes the player anew. */
  readonly attempt: number;
  readonly retry: () => void;
  /** The player's own code could not be loaded. */
  readonly failChunk: () => void;
}

/** An embedded player that has not answered by then is out of reach; people are told within 10 s. */
const SERVICE_TIMEOUT_MS = 8000;
const SLOW_MS = 8000;
/** Engines of adaptive streams can be silent for ever about what they cannot load. */
const OWN_TIMEOUT_MS = 30_000;
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000] as const;

/**
 * Watches whether the source can be played. What never came up is called unplayable; what broke off after it had
 * played (a network that went away, a server that restarts) is tried again for as long as it takes.
 *
 * @param isService an embedded third-party player
 */
export function useSourceHealth(element: MediaElementLike | null, isService: boolean): SourceHealth {
  const [status, setStatus] = useState<SourceStatus>({ kind: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const hasPlayed = useRef(false);
  const losses = useRef(0);

  const retry = useCallback(() => {
    setStatus({ kind: 'loading' });
    setAttempt((count) => count + 1);
  }, []);
  const failChunk = useCallback(() => setStatus({ kind: 'unplayable', reason: 'chunk' }), []);

  useEffect(() => {
    if (!element) return;
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const after = (delayMs: number, action: () => void) => timers.add(setTimeout(action, delayMs));
    const settle = () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    };

    const onReady = () => {
      settle();
      hasPlayed.current = true;
      setStatus({ kind: 'ready' });
    };
    const onPlaying = () => {
      losses.current = 0;
    };
    const fail = (reason: 'file' | 'service' | 'unreachable') => {
      settle();
      if (!hasPlayed.current) {
        setStatus({ kind: 'unplayable', reason });
        return;
      }
      setStatus({ kind: 'lost' });
      const delayMs = RETRY_MS[Math.min(losses.current, RETRY_MS.length - 1)] ?? 1000;
      losses.current += 1;
      after(delayMs, () => setAttempt((count) => count + 1));
    };

    const stopErrors = onSourceError(element, () => fail(isService ? 'service' : 'file'));
    element.addEventListener('loadedmetadata', onReady);
    element.addEventListener('playing', onPlaying);
    if (element.error) fail(isService ? 'service' : 'file');
    else if (element.readyState > 0) onReady();
    else if (isService) after(SERVICE_TIMEOUT_MS, () => fail('unreachable'));
    else {
      after(SLOW_MS, () => setStatus((now) => (now.kind === 'loading' ? { kind: 'slow' } : now)));
      after(OWN_TIMEOUT_MS, () => fail('file'));
    }
    return () => {
      settle();
      stopErrors();
      element.removeEventListener('loadedmetadata', onReady);
      element.removeEventListener('playing', onPlaying);
    };
  }, [element, isService]);

  return { status, attempt, retry, failChunk };
}
