import type { KeyValueStorage } from '../device-storage.ts';
import { fetchMe } from '../http/api.ts';
import { renameOwnDevice } from './own-device.ts';

/**
 * Calls this browser something from now on, here and, signed in, in the list of its account.
 *
 * @returns the name as it is then: one that another device of the account bears has a number behind it
 * @throws HttpProblem where the account's list could not be changed; everything stays as it was then
 */
export async function nameOwnDevice(storage: KeyValueStorage, name: string): Promise<string> {
  const { device } = await fetchMe();
  // Fetched with the first name: every page begins with what asks who is here.
  const given = device === null ? name : (await (await import('../http/account-api.ts')).renameDevice(device.id, name)).name;
  renameOwnDevice(storage, navigator.userAgent, given);
  return given;
}
