import type { Media, MediaKind } from '@cowatch/shared/protocol';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Diagnosis } from '../../lib/media-fault/diagnose.ts';
import { type SourceHistory, SourceMonitor, type SourceStatus } from './source-monitor.ts';

export interface SourceHealth {
  readonly status: SourceStatus;
  /** What plays it: what it turned out to be, where that is not what the party says. */
  readonly kind: MediaKind;
  /** Counts the tries of this source: each has a player made anew. */
  readonly attempt: number;
  /** Where the picture was lost, in seconds; null while it is there, and where there never was one. */
  readonly brokeOffAtS: number | null;
  readonly retry: () => void;
  /** The player's own code could not be loaded. */
  readonly failChunk: () => void;
}

// Rarely needed, and then perhaps without a network: it is fetched as soon as the picture is there.
const loadDiagnosis = () => import('../../lib/media-fault/diagnose.ts');

const findOut = (url: string, kind: MediaKind): Promise<Diagnosis> =>
  loadDiagnosis().then(
    ({ diagnose }) => diagnose(url, kind),
    () => ({ fault: { cause: 'offline' }, kind: null }),
  );

/**
 * Watches whether the source can be played, over all its tries.
 *
 * @param isService an embedded third-party player
 */
export function useSourceHealth(
  element: HTMLVideoElement | null,
  { url, kind: statedKind }: Pick<Media, 'url' | 'kind'>,
  isService: boolean,
): SourceHealth {
  const [status, setStatus] = useState<SourceStatus>({ kind: 'loading' });
  const [kind, setKind] = useState(statedKind);
  const [attempt, setAttempt] = useState(0);
  const [brokeOffAtS, setBrokeOffAtS] = useState<number | null>(null);
  const history = useRef<SourceHistory>({ hasPlayed: false, losses: 0 });

  // Another source: what was known of the last one says nothing of it. While rendering, so that no player of the wrong kind is made.
  const source = `${statedKind} ${url}`;
  const [known, setKnown] = useState(source);
  if (known !== source) {
    setKnown(source);
    setKind(statedKind);
    setStatus({ kind: 'loading' });
    setAttempt(0);
    setBrokeOffAtS(null);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: forgotten with every source
  useEffect(() => {
    history.current = { hasPlayed: false, losses: 0 };
  }, [source]);

  const nextTry = useCallback(() => setAttempt((count) => count + 1), []);
  const retry = useCallback(() => {
    history.current.losses = 0;
    setStatus({ kind: 'loading' });
    nextTry();
  }, [nextTry]);
  const failChunk = useCallback(() => setStatus({ kind: 'unplayable', reason: 'chunk' }), []);

  useEffect(() => {
    // Another source has come, and the player of the one before it is about to be told of no more: it says nothing of this one.
    if (!element?.isConnected) return;
    const reports = { status: setStatus, kind: setKind, brokeOff: setBrokeOffAtS, tryAgain: nextTry };
    const diagnose = () => findOut(url, kind);
    return new SourceMonitor({ element, isService, kind, history: history.current, reports, diagnose }).start();
  }, [element, url, kind, isService, nextTry]);
  const isReady = status.kind === 'ready';
  useEffect(() => {
    if (isReady) loadDiagnosis().catch(() => {});
  }, [isReady]);

  return { status, kind, attempt, brokeOffAtS, retry, failChunk };
}
