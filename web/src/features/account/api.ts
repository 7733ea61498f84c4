import type { ChangePassword, ContinueEntry, Me, Passkey, SignedInDevice, SignInRequest, SignUpRequest } from '@cowatch/shared/protocol';
import { callApi } from '../../lib/http/http.ts';
import type { PasskeyAnswer } from './passkeys.ts';

export const signUp = (request: SignUpRequest) => callApi<Me>('POST', '/account', request);

export const signIn = (request: SignInRequest) => callApi<Me>('POST', '/account/sign-in', request);

/** Brings the guest of this browser along; the answer says how far that is. */
export const bringGuest = () => callApi<Me>('POST', '/account/guest/bring');

/** Takes a guest out of the account again. */
export const undoGuest = (viewerId: string) => callApi<Me>('POST', '/account/guest/undo', { viewerId });

export const signOut = () => callApi<null>('POST', '/account/sign-out');

export const changePassword = (request: ChangePassword) => callApi<null>('POST', '/account/password', request);

/** Has anything been watched here so far? */
export const hasWatchedHere = async (): Promise<boolean> =>
  (await callApi<{ readonly entries: readonly ContinueEntry[] }>('GET', '/continue')).entries.length > 0;

/** The account export: everything the server keeps of the viewer, as it came. */
export const exportAll = () => callApi<unknown>('POST', '/exports');

/** Erases everything of the viewer; an account asks for its password. */
export const eraseMe = (password?: string) => callApi<null>('DELETE', '/me', password === undefined ? {} : { password });

// ── passkeys ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const fetchPasskeyChallenge = () => callApi<PublicKeyCredentialRequestOptionsJSON>('POST', '/account/sign-in/passkey/options');

export const signInByPasskey = (response: PasskeyAnswer, deviceName: string) =>
  callApi<Me>('POST', '/account/sign-in/passkey', { response, deviceName });

export const fetchPasskeys = () => callApi<{ readonly passkeys: readonly Passkey[] }>('GET', '/account/passkeys');

export const fetchNewPasskeyChallenge = (password: string) =>
  callApi<PublicKeyCredentialCreationOptionsJSON>('POST', '/account/passkeys/options', { password });

export const addPasskey = (response: PasskeyAnswer, name: string) => callApi<Passkey>('POST', '/account/passkeys', { response, name });

export const removePasskey = (id: string) => callApi<null>('DELETE', `/account/passkeys/${encodeURIComponent(id)}`);

// ── devices ────────────────────────────────────────────────────────────────────────────────────────────────────────

export const fetchDevices = () => callApi<{ readonly devices: readonly SignedInDevice[] }>('GET', '/devices');

export const signOutDevice = (id: string) => callApi<null>('DELETE', `/devices/${encodeURIComponent(id)}`);

export const signOutOthers = () => callApi<null>('DELETE', '/devices');
