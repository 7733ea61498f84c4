import type { BroughtGuest, GuestAside, Me } from '@cowatch/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { partiesOf } from '../features/recent-parties/index.ts';
import { fetchMe, noteComesBack, onReplaced } from '../lib/http/api.ts';
import { forgetOwnViewer, guestLeft, ownDevice, rememberedViewer, rememberViewer, renameOwnDevice } from '../lib/identity/own-device.ts';
import { openTabChannel } from '../lib/tabs/tab-channel.ts';
import { addressWithin } from './address-within.ts';
import { recentParties, storage } from './device.ts';

/** Over which tabs of this browser tell each other that somebody else is here. The one that tells does not hear it. */
const tabs = openTabChannel('cowatch-me');

export const ME_QUERY = ['me'];

/** How often it is asked how far the guest is who is brought along, in milliseconds. */
const PROGRESS_INTERVAL_MS = 700;

/** Asks who is here, and keeps what this device should know of it. */
export async function learnMe(): Promise<Me> {
  const before = rememberedViewer(storage);
  const me = await fetchMe();
  if (before === me.viewerId) noteComesBack(me.viewerId);
  rememberViewer(storage, me.viewerId);
  // It may have been renamed from another device.
  if (me.device) renameOwnDevice(storage, navigator.userAgent, me.device.name);
  return me;
}

/** Who is here. */
export const useMe = (wanted = true) =>
  useQuery({
    queryKey: ME_QUERY,
    queryFn: learnMe,
    enabled: wanted,
    // As long as something is on its way it is looked how far it is.
    refetchInterval: ({ state }) => (state.data?.brought.some(isOnItsWay) ? PROGRESS_INTERVAL_MS : false),
  });

const isOnItsWay = ({ state }: BroughtGuest) => state !== 'brought';

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

/** Is there anything of the guest of this browser: here, at the server, or parties that they were in? */
async function hasAnything({ viewerId, titles }: GuestAside): Promise<boolean> {
  if (titles > 0 || partiesOf(recentParties.list(), [viewerId]).length > 0) return true;
  // Loaded when somebody wants to know: every page begins with this module.
  const waiting = await import('../features/resume/index.ts').then(({ countWaiting }) => countWaiting(viewerId)).catch(() => 0);
  return waiting > 0;
}

/** The guest of this browser where there is anything of them; null otherwise. */
export function useGuestAside({ guest }: Me): GuestAside | null {
  const has = useQuery({
    queryKey: ['guest', guest?.viewerId, guest?.titles],
    queryFn: () => guest !== null && hasAnything(guest),
  });
  return has.data === true ? guest : null;
}

/**
 * Somebody signed in here: goes where they were going, and asks before whether the guest of this browser is theirs, unless
 * there is nothing of that guest, or it was asked before.
 */
export async function arriveAs({ viewerId, guest }: Me, to: string, byCode = false): Promise<void> {
  const asked = guest !== null && guestLeft(storage) !== guest.viewerId && (await hasAnything(guest));
  const search = new URLSearchParams({ to, ...(byCode ? { by: 'code' } : {}) });
  beginAs(viewerId, asked ? `/account/guest?${search}` : to);
}

/** What is known of somebody is not so any more, in all tabs but this one. */
export const tellOtherTabs = () => tabs.postMessage(null);

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
