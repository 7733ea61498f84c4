import type { MediaElementLike } from '@cowatch/shared/client';
import { type HlsEngine, missingPieces } from './missing-pieces.ts';

type Listener = (event: unknown, data: unknown) => void;

/** The players of adaptive streams keep their engine here, and tell of fatal errors only through it. */
interface WithEngine {
  readonly api?: (HlsEngine & { on?(event: string, listener: Listener): void; off?(event: string, listener: Listener): void }) | null;
}

/** How often it is looked whether a player has its engine by now. */
const ENGINE_POLL_MS = 100;

/**
 * Calls back when a source has failed for good: the element's own `error`, a fatal error of hls.js, an error of
 * dash.js before anything was loaded. Returns its stop.
 */
export function onSourceError(element: MediaElementLike, callback: () => void): () => void {
  const name = 'localName' in element ? element.localName : '';
  const stopEngine = name === 'hls-video' || name === 'dash-video' ? onEngineError(element, name, callback) : () => {};
  element.addEventListener('error', callback);
  return () => {
    stopEngine();
    element.removeEventListener('error', callback);
  };
}

function onEngineError(element: MediaElementLike & WithEngine, name: string, callback: () => void): () => void {
  let engine: NonNullable<WithEngine['api']> | null = null;
  let stopped = false;
  const missing = missingPieces();
  const listeners: readonly (readonly [event: string, listener: Listener])[] =
    name === 'hls-video'
      ? [
          ['hlsError', (_event, data) => (isFatal(data) ? callback() : engine && missing.onError(engine, data))],
          ['hlsFragLoaded', missing.onPiece],
        ]
      : [['error', () => element.readyState === 0 && callback()]];
  const leave = () => {
    for (const [event, listener] of listeners) engine?.off?.(event, listener);
  };

  const watch = () => {
    const next = element.api ?? null;
    if (stopped || next === engine || !next) return;
    leave();
    engine = next;
    for (const [event, listener] of listeners) engine.on?.(event, listener);
  };
  watch();
  // hls-video makes its engine in the very next microtask, and a refused address can fail within milliseconds.
  queueMicrotask(watch);
  // dash-video fetches its engine first; and each load may bring another one.
  const timer = setInterval(watch, ENGINE_POLL_MS);
  return () => {
    stopped = true;
    clearInterval(timer);
    leave();
  };
}

function isFatal(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'fatal' in data && data.fatal === true;
}
