import type { Me } from '@cowatch/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { fetchMe, onReplaced } from '../lib/api.ts';
import { forgetOwnViewer, ownDevice, rememberViewer, renameOwnDevice } from '../lib/own-device.ts';
import { addressWithin } from './address-within.ts';
import { storage } from './device.ts';

/** Over which tabs of this browser tell each other that somebody else is here. The one that tells does not hear it. */
const tabs = new BroadcastChannel('cowatch-me');

export const ME_QUERY = ['me'];

/** Asks who is here, and keeps what this device should know of it. */
export async function learnMe(): Promise<Me> {
  const me = await fetchMe();
  rememberViewer(storage, me.viewerId);
  // It may have been renamed from another device.
  if (me.device) renameOwnDevice(storage, navigator.userAgent, me.device.name);
  return me;
}

/** Who is here. */
export const useMe = (wanted = true) => useQuery({ queryKey: ME_QUERY, queryFn: learnMe, enabled: wanted });

/** What this device is called, by whoever named it or by what it is. */
export const ownDeviceName = () => ownDevice(storage, navigator.userAgent).name;

/**
 * Somebody else is here from now on: everything begins anew, where they were going.
 * @param viewerId null where only the server knows
 */
export function beginAs(viewerId: string | null, to: string): void {
  if (viewerId === null) forgetOwnViewer(storage);
  else rememberViewer(storage, viewerId);
  tabs.postMessage(null);
  window.location.assign(addressWithin(to, window.location.origin));
}

/**
 * Begins anew when somebody else is here, by what was done in another tab or on another device: what this page shows is
 * not theirs.
 */
export function useSameMe(): void {
  useEffect(() => {
    const reload = () => window.location.reload();
    tabs.addEventListener('message', reload);
    const stop = onReplaced(reload);
    return () => {
      tabs.removeEventListener('message', reload);
      stop();
    };
  }, []);
}
