import type { MediaElementLike } from '@cowatch/shared/client';

/** The players of adaptive streams keep their engine here, and tell of fatal errors only through it. */
interface WithEngine {
  readonly api?: {
    on?(event: string, listener: (...args: readonly unknown[]) => void): void;
    off?(event: string, listener: (...args: readonly unknown[]) => void): void;
  } | null;
}

/**
 * Calls back when a source has failed for good: the element's own `error`, a fatal error of hls.js, an error of
 * dash.js before anything was loaded. Returns its stop.
 */
export function onSourceError(element: MediaElementLike, callback: () => void): () => void {
  let engine: NonNullable<WithEngine['api']> | null = null;

  const onHlsError = (...[, data]: readonly unknown[]) => {
    if (typeof data === 'object' && data !== null && 'fatal' in data && data.fatal === true) callback();
  };
  const onDashError = () => {
    if (element.readyState === 0) callback();
  };
  const unwatch = () => {
    engine?.off?.('hlsError', onHlsError);
    engine?.off?.('error', onDashError);
    engine = null;
  };
  const watch = () => {
    const next = (element as MediaElementLike & WithEngine).api ?? null;
    if (next === engine || typeof next?.on !== 'function' || !/^(hls|dash)-video$/.test(nameOf(element))) return;
    unwatch();
    engine = next;
    next.on(
      nameOf(element) === 'hls-video' ? 'hlsError' : 'error',
      nameOf(element) === 'hls-video' ? onHlsError : onDashError,
    );
  };

  watch();
  // The engine is made anew with every load.
  element.addEventListener('loadstart', watch);
  element.addEventListener('error', callback);
  return () => {
    unwatch();
    element.removeEventListener('loadstart', watch);
    element.removeEventListener('error', callback);
  };
}

function nameOf(element: MediaElementLike): string {
  return 'localName' in element && typeof element.localName === 'string' ? element.localName : '';
}
