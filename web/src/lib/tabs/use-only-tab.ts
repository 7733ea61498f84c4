import { useCallback, useEffect, useRef, useState } from 'react';
import { openTabChannel } from './tab-channel.ts';

export interface OnlyTab {
  /** It is this tab's: `held`; another tab has it: `elsewhere`; it is not known yet, or not wanted: null. */
  readonly place: 'held' | 'elsewhere' | null;
  /** Takes it from the other tab, which is told. */
  take(): void;
}

type Hold = (how: 'if free' | 'from another', told: (place: 'held' | 'elsewhere') => void) => () => void;

/**
 * Of all tabs of this browser that want the same thing only one has it, so that none fights another: two tabs in one
 * party would sound twice. Who comes later is told and may take it. It goes with its tab, however that ends.
 *
 * @param name of the thing; null while this tab does not want it
 */
export function useOnlyTab(name: string | null): OnlyTab {
  const [state, setState] = useState<{ readonly name: string | null; readonly place: OnlyTab['place'] }>({
    name: null,
    place: null,
  });
  const release = useRef(() => {});
  const hold = useCallback((what: string, how: Parameters<Hold>[0]) => {
    release.current();
    let over = false;
    const stop = holdOver(what)(how, (place) => {
      if (!over) setState({ name: what, place });
    });
    release.current = () => {
      over = true;
      stop();
    };
  }, []);
  useEffect(() => {
    if (name === null) return;
    hold(name, 'if free');
    return () => release.current();
  }, [name, hold]);
  return {
    place: state.name === name ? state.place : null,
    take: useCallback(() => {
      if (name !== null) hold(name, 'from another');
    }, [name, hold]),
  };
}

const holdOver = (name: string): Hold => (navigator.locks === undefined ? byChannel(name) : byLock(name));

/** The browser's locks: exact, and free as soon as a tab is gone. Only over TLS, and not where storage is closed. */
function byLock(name: string): Hold {
  return (how, told) => {
    let release = () => {};
    let stop = () => {};
    let over = false;
    const options = how === 'if free' ? { ifAvailable: true } : { steal: true };
    navigator.locks
      .request(name, options, (lock) => {
        if (over) return;
        told(lock === null ? 'elsewhere' : 'held');
        if (lock === null) return;
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      })
      .catch((error: unknown) => {
        if (over) return;
        if (error instanceof DOMException && error.name === 'AbortError') told('elsewhere');
        else stop = byChannel(name)(how, told);
      });
    return () => {
      over = true;
      release();
      stop();
    };
  };
}

/** Without locks nobody can be asked: who comes has it, and the others hear that. */
function byChannel(name: string): Hold {
  return (_how, told) => {
    const channel = openTabChannel('cowatch-only-tab');
    const onMessage = (event: Event) => {
      if ((event as MessageEvent<unknown>).data === name) told('elsewhere');
    };
    channel.addEventListener('message', onMessage);
    channel.postMessage(name);
    told('held');
    return () => {
      channel.removeEventListener('message', onMessage);
      channel.close();
    };
  };
}
