import type { BroughtGuest, GuestAside, Me } from '@cowatch/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { partiesOf } from '../features/recent-parties/index.ts';
import { fetchMe } from '../lib/identity/api.ts';
import { identity } from '../lib/identity/identity.ts';
import { guestLeft, ownDevice, renameOwnDevice } from '../lib/identity/own-device.ts';
import { openTabChannel } from '../lib/tabs/tab-channel.ts';
import { addressWithin } from './address-within.ts';
import { recentParties, storage } from './device.ts';

/** Over which tabs of this browser tell each other that somebody else is here. The one that tells does not hear it. */
const tabs = openTabChannel('cowatch-me');

/** Asks anew where it is invalidated. */
export const ME_QUERY = ['me'];

/** How often it is asked how far the guest is who is brought along, in milliseconds. */
const PROGRESS_INTERVAL_MS = 700;

/** Asks who is here, and keeps what this device should know of it. */
export async function learnMe(): Promise<Me> {
  const before = identity.viewerId;
  const me = await fetchMe();
  if (before === me.viewerId) identity.noteComesBack(me.viewerId);
  identity.remember(me.viewerId);
  // It may have been renamed from another device.
  if (me.device) renameOwnDevice(storage, navigator.userAgent, me.device.name);
  return me;
}

/** Who is here, and how asking for it goes. */
export function useMe(wanted = true) {
  const me = useSyncExternalStore(identity.subscribe, () => identity.me);
  const { isPending, isSuccess, isFetching, error, refetch } = useQuery({
    queryKey: ME_QUERY,
    // What is answered is kept by the identity, and by it alone.
    queryFn: () => learnMe().then(() => true),
    enabled: wanted,
    // As long as something is on its way it is looked how far it is.
    refetchInterval: () => (identity.me?.brought.some(isOnItsWay) ? PROGRESS_INTERVAL_MS : false),
  });
  return { me, isPending, isSuccess, isFetching, error, refetch };
}

const isOnItsWay = ({ state }: BroughtGuest) => state !== 'brought';

/** What this device is called, by the person who named it or by what it is. */
export const ownDeviceName = () => ownDevice(storage, navigator.userAgent).name;

/**
 * Somebody else is here from now on: everything begins anew, where they were going.
 * @param viewerId null where only the server knows
 */
export function beginAs(viewerId: string | null, to: string): void {
  if (viewerId === null) identity.forget();
  else identity.remember(viewerId);
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
    const stop = identity.onReplaced(reload);
    return () => {
      tabs.removeEventListener('message', reload);
      stop();
    };
  }, []);
}
