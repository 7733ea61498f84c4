import type { DeviceCode, Passkey } from '@cowatch/shared/protocol';

/** What an authenticator is asked; the challenge goes to its page as cookies of the library's. */
export interface Ceremony {
  readonly options: { readonly challenge: string } & Readonly<Record<string, unknown>>;
  readonly cookies: readonly string[];
}

/**
 * Passwords, passkeys and codes of RFC 8628, by a library, for pages of one origin. Its routes and its session cookies are
 * not used: what it calls a session is a device here, and its tokens stay on the server. `headers` say which page asks,
 * and by `Authorization: Bearer <token>` for which device.
 *
 * @throws CodedError of what was refused, or `unavailable` while the database is away
 */
export interface AccountsLibrary {
  /** Signs in a device of an account; returns the device's id. */
  addDevice(userId: string): Promise<string>;
  /** Returns the token of a device that is signed in now. @throws CodedError `unauthenticated` */
  signIn(username: string, password: string): Promise<string>;
  signInByPasskey(answer: object, headers: Headers): Promise<string>;
  askForPasskey(headers: Headers): Promise<Ceremony>;
  askForNewPasskey(headers: Headers, username: string): Promise<Ceremony>;
  addPasskey(answer: object, name: string, headers: Headers): Promise<Passkey>;
  /** A code for a device to show. */
  code(clientId: string): Promise<DeviceCode>;
  /** The token of a device whose code was allowed, once. @throws LinkRefusal while it was not */
  redeem(clientId: string, deviceCode: string): Promise<string>;
  /** From now on a code is this account's to answer. @throws CodedError `not_found`, `gone` */
  claim(userCode: string, headers: Headers): Promise<void>;
  answer(userCode: string, allowed: boolean, headers: Headers): Promise<void>;
}

/** A refusal as RFC 8628, section 3.5, and RFC 6749, section 5.2, want it said. */
export class LinkRefusal extends Error {
  readonly error: string;

  constructor({ code, message }: Refusal) {
    super(message);
    this.name = 'LinkRefusal';
    this.error = code;
  }
}

/** What RFC 8628, section 3.4, calls it. */
export const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** What the library refused, as it says it. */
export interface Refusal {
  readonly status: number;
  /** Its own code, or that of an RFC. */
  readonly code: string;
  readonly message: string;
}
