import type { MediaElementLike } from '@cowatch/shared/client';
import type { Media, MediaKind } from '@cowatch/shared/protocol';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Diagnosis } from '../../lib/media-fault/diagnose.ts';
import { isFinal, type MediaFault, mayPass } from '../../lib/media-fault/media-fault.ts';
import { onSourceError } from './source-errors.ts';
import { watchStalls } from './watch-stalls.ts';

export type SourceStatus =
  | { readonly kind: 'loading' | 'slow' | 'ready' }
  /** It did play, broke off, and is being tried again; with why, once it has been tried for a while. */
  | { readonly kind: 'lost'; readonly fault: MediaFault | null }
  /** What is the matter with the link, or with the player of a service (`service`, `blocked`), or the page (`chunk`). */
  | { readonly kind: 'unplayable'; readonly fault: MediaFault }
  | { readonly kind: 'unplayable'; readonly reason: 'service' | 'blocked' | 'chunk' };

export interface SourceHealth {
  readonly status: SourceStatus;
  /** What plays it: what it turned out to be, where that is not what the party says. */
  readonly kind: MediaKind;
  /** Changes with every new try: a key that makes the player anew. */
  readonly attempt: number;
  /** Where the picture was lost, in seconds; null while it is there, and where there never was one. */
  readonly brokeOffAtS: number | null;
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
/** After so many tries in vain people are told why, and what will not come back by itself is given up. */
const TELL_AFTER_TRIES = 3;
/** What has played and does not, without a reason that can be found, is given up after so many tries. */
const UNEXPLAINED_TRIES = 6;

const NO_STALL = { isOn: () => false, stop() {} };

const backFromLost = (now: SourceStatus): SourceStatus => (now.kind === 'lost' ? { kind: 'ready' } : now);

// Rarely needed, and then perhaps without a network: it is fetched as soon as the picture is there.
const loadDiagnosis = () => import('../../lib/media-fault/diagnose.ts');

const findOut = (url: string, kind: MediaKind): Promise<Diagnosis> =>
  loadDiagnosis().then(
    ({ diagnose }) => diagnose(url, kind),
    () => ({ fault: { cause: 'offline' }, kind: null }),
  );

/**
 * Watches whether the source can be played. What never came up is called unplayable. What broke off after it had played
 * is tried again: for as long as it takes where a network or a server is away, some times where the link is dead.
 *
 * @param isService an embedded third-party player
 */
export function useSourceHealth(
  element: MediaElementLike | null,
  { url, kind: statedKind }: Pick<Media, 'url' | 'kind'>,
  isService: boolean,
): SourceHealth {
  const [status, setStatus] = useState<SourceStatus>({ kind: 'loading' });
  const [kind, setKind] = useState(statedKind);
  const [attempt, setAttempt] = useState(0);
  const [brokeOffAtS, setBrokeOffAtS] = useState<number | null>(null);
  const hasPlayed = useRef(false);
  const losses = useRef(0);

  // Another source: what was known of the last one says nothing of it. While rendering, so that no player of the wrong kind is made.
  const source = `${statedKind} ${url}`;
  const [known, setKnown] = useState(source);
  if (known !== source) {
    setKnown(source);
    setKind(statedKind);
    setStatus({ kind: 'loading' });
    setBrokeOffAtS(null);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: forgotten with every source
  useEffect(() => {
    hasPlayed.current = false;
    losses.current = 0;
  }, [source]);

  const retry = useCallback(() => {
    losses.current = 0;
    setStatus({ kind: 'loading' });
    setAttempt((count) => count + 1);
  }, []);
  const failChunk = useCallback(() => setStatus({ kind: 'unplayable', reason: 'chunk' }), []);

  useEffect(() => {
    if (!element) return;
    let gone = false;
    let failing = false;
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const after = (delayMs: number, action: () => void) => timers.add(setTimeout(action, delayMs));
    const settle = () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    };
    const find = (tell: (diagnosis: Diagnosis) => void) => void findOut(url, kind).then((diagnosis) => gone || tell(diagnosis));

    const onReady = () => {
      settle();
      hasPlayed.current = true;
      setStatus({ kind: 'ready' });
      loadDiagnosis().catch(() => {});
      // Browsers play the sound of a film whose pictures they do not know, and say nothing.
      if (kind !== 'file' || !('videoWidth' in element) || element.videoWidth !== 0) return;
      find(({ fault }) => {
        if (fault?.cause === 'codec' && fault.part === 'picture') setStatus({ kind: 'unplayable', fault });
      });
    };
    const onPlaying = () => {
      losses.current = 0;
      setBrokeOffAtS(null);
      setStatus({ kind: 'ready' });
    };
    const tryAgain = (fault: MediaFault | null) => {
      setStatus({ kind: 'lost', fault: losses.current >= TELL_AFTER_TRIES ? fault : null });
      const delayMs = RETRY_MS[Math.min(losses.current, RETRY_MS.length - 1)] ?? 1000;
      losses.current += 1;
      after(delayMs, () => setAttempt((count) => count + 1));
    };
    const judge = ({ fault, kind: found }: Diagnosis) => {
      if (hasPlayed.current) {
        const hopeless = fault ? isFinal(fault) && losses.current >= TELL_AFTER_TRIES : losses.current >= UNEXPLAINED_TRIES;
        if (hopeless) setStatus({ kind: 'unplayable', fault: fault ?? { cause: 'unplayable' } });
        else tryAgain(fault);
      } else if (found && !fault) setKind(found);
      else setStatus({ kind: 'unplayable', fault: fault ?? { cause: 'unplayable' } });
    };
    const fail = (reason: 'service' | 'blocked') => {
      settle();
      if (failing) return;
      failing = true;
      if (hasPlayed.current) {
        if (losses.current === 0) setBrokeOffAtS(element.currentTime);
        if (losses.current < TELL_AFTER_TRIES) setStatus({ kind: 'lost', fault: null });
      }
      if (!isService) find(judge);
      else if (hasPlayed.current) tryAgain(null);
      else setStatus({ kind: 'unplayable', reason });
    };

    // A browser that is refused the next piece asks again and again, for minutes, and tells nobody: the link is looked at.
    let deadLooks = 0;
    const onStall = (stalledForMs: number) => {
      find(({ fault }) => {
        if (failing || !stall.isOn()) return;
        deadLooks = fault && isFinal(fault) ? deadLooks + 1 : 0;
        if (fault && deadLooks >= TELL_AFTER_TRIES) {
          setBrokeOffAtS(element.currentTime);
          setStatus({ kind: 'unplayable', fault });
        } else if (stalledForMs >= OWN_TIMEOUT_MS) fail('blocked');
        else if (fault && mayPass(fault)) setStatus({ kind: 'lost', fault });
      });
    };
    const stall = isService ? NO_STALL : watchStalls(element, onStall, () => setStatus(backFromLost));

    const stopErrors = onSourceError(element, () => fail('service'));
    element.addEventListener('loadedmetadata', onReady);
    element.addEventListener('playing', onPlaying);
    if (element.error) fail('service');
    else if (element.readyState > 0) onReady();
    else if (isService) after(SERVICE_TIMEOUT_MS, () => fail('blocked'));
    else {
      after(SLOW_MS, () => setStatus((now) => (now.kind === 'loading' ? { kind: 'slow' } : now)));
      after(OWN_TIMEOUT_MS, () => fail('blocked'));
    }
    return () => {
      gone = true;
      settle();
      stall.stop();
      stopErrors();
      element.removeEventListener('loadedmetadata', onReady);
      element.removeEventListener('playing', onPlaying);
    };
  }, [element, url, kind, isService]);

  return { status, kind, attempt, brokeOffAtS, retry, failChunk };
}
