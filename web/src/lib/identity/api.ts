import type { Me, SignedInDevice } from '@cowatch/shared/protocol';
import type { KeyValueStorage } from '../device-storage.ts';
import { callApi, HttpProblem } from '../http/http.ts';
import { identity } from './identity.ts';
import { renameOwnDevice } from './own-device.ts';

let asking: Promise<Me> | null = null;

/**
 * Says who is here. A browser that is nobody yet is given its guest identity (a cookie); the socket wants it to be there.
 * Who asks meanwhile asks along.
 */
export function fetchMe(): Promise<Me> {
  asking ??= askMe().finally(() => {
    asking = null;
  });
  return asking;
}

async function askMe(): Promise<Me> {
  const me = await callApi<Me>('GET', '/me').catch((error: unknown) => {
    // A token of this tab that counts no more: its viewer was signed out.
    if (identity.token === undefined || !(error instanceof HttpProblem) || error.code !== 'unauthenticated') throw error;
    return beTabOnly();
  });
  identity.heard(me);
  return me;
}

/** Who is here where that is known or being asked; null else. */
export const meSoFar = async (): Promise<Me | null> => (await asking?.catch(() => null)) ?? identity.me;

/**
 * Is somebody of whom the server has just said who they are known again? A browser that keeps no cookie is not, which can
 * be with cookies turned off, in a frame of another site, or behind a proxy that takes them away. It is asked once.
 */
export async function isKnownAgain({ viewerId }: Me): Promise<boolean> {
  const kept = identity.isKept(viewerId);
  if (kept !== undefined) return kept;
  const isSame = (await callApi<Me>('GET', '/me')).viewerId === viewerId;
  if (isSame) identity.noteComesBack(viewerId);
  else identity.noteForgetful();
  return isSame;
}

/** From now on this tab has an identity of its own, beside whatever cookies the browser keeps or does not. */
export async function beTabOnly(): Promise<Me> {
  identity.dropToken();
  return callApi<Me>('GET', '/me', undefined, { prefer: 'token' });
}

/** How long what the server said of an account counts without asking: another device may have taken a guest out. */
const KNOWN_FOR_MS = 5000;

/**
 * The guests who are in an account; nobody where somebody else is here by now.
 * @throws Error where the server cannot say
 */
export async function fetchFormerViewerIds(viewerId: string): Promise<readonly string[]> {
  const known = identity.me;
  const isFresh = known?.device === null || identity.isFresh(KNOWN_FOR_MS);
  const me = known?.viewerId === viewerId && isFresh ? known : await fetchMe();
  if (me.viewerId !== viewerId) return [];
  if (me.device !== null && me.account === null) throw new Error('the server cannot say who is in this account');
  return me.formerViewerIds;
}

/** Renames a signed-in device of the account; the answer has the name as it is then. */
export const renameDevice = (id: string, name: string) => callApi<SignedInDevice>('PATCH', `/devices/${encodeURIComponent(id)}`, { name });

/**
 * Renames this browser as a device, here and, signed in, in the list of its account.
 *
 * @returns the name as it is then: one that another device of the account bears has a number behind it
 * @throws HttpProblem where the account's list could not be changed; everything stays as it was then
 */
export async function nameOwnDevice(storage: KeyValueStorage, name: string): Promise<string> {
  const { device } = await fetchMe();
  const given = device === null ? name : (await renameDevice(device.id, name)).name;
  renameOwnDevice(storage, navigator.userAgent, given);
  return given;
}
