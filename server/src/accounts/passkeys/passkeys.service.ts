import { randomBytes } from 'node:crypto';
import { CodedError, type Passkey } from '@cowatch/shared/protocol';
import type { AuthenticationResponseJSON, AuthenticatorTransport, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { CHALLENGE_LIFE_S, PASSKEYS_MAX } from '../accounts.limits.ts';
import type { KnownDevice } from '../devices/devices.store.ts';
import type { PasskeysStore } from './passkeys.store.ts';

/** Loaded with the first passkey: most of what a server does needs none. */
const webAuthn = () => import('@simplewebauthn/server');

const SITE_NAME = 'Cowatch';

/** EdDSA, ES256 and RS256, by their numbers at IANA, in order of preference. */
const ALGORITHMS = [-8, -7, -257];

const CHALLENGE_TOKEN_BYTES = 24;
/** As they are made: a cookie may hold anything, also what no database takes. */
const CHALLENGE_TOKEN = /^[A-Za-z0-9_-]{32}$/;

const TRANSPORTS: readonly AuthenticatorTransport[] = ['ble', 'hybrid', 'internal', 'nfc', 'usb'];
const transportsSchema = z.array(z.string()).catch([]);

/** What an authenticator is asked, and by what its answer is told to be one to that. */
export interface Ceremony {
  readonly options: { readonly challenge: string } & Readonly<Record<string, unknown>>;
  readonly challengeToken: string;
}

/** An authenticator's answer: from which page, to what. */
export interface CeremonyAnswer {
  readonly response: object;
  readonly origin: string;
  /** Null where the page was asked nothing. */
  readonly challengeToken: string | null;
}

/** A challenge as it is kept. */
const challengeSchema = z.object({
  type: z.enum(['registration', 'authentication']),
  expectedChallenge: z.string(),
  /** Who asked for a new passkey. */
  userId: z.string().nullable(),
});
type Challenge = z.infer<typeof challengeSchema>;

/** WebAuthn: passkeys that belong to the address their page was reached at. What a challenge asks for is answered once. */
export class PasskeysService {
  readonly #store: PasskeysStore;

  constructor(store: PasskeysStore) {
    this.#store = store;
  }

  /** What to ask for any passkey of this address. */
  async askForPasskey(origin: string, nowMs: number): Promise<Ceremony> {
    const { generateAuthenticationOptions } = await webAuthn();
    const options = await generateAuthenticationOptions({ rpID: siteOf(origin), userVerification: 'preferred' });
    return this.#ask(options, 'authentication', null, nowMs);
  }

  /** What to ask for a new passkey. @throws CodedError `conflict` where there are too many */
  async askForNewPasskey(origin: string, { userId, username }: KnownDevice, nowMs: number): Promise<Ceremony> {
    await this.#assertRoom(userId);
    const [{ generateRegistrationOptions }, known] = await Promise.all([webAuthn(), this.#store.credentials(userId)]);
    const options = await generateRegistrationOptions({
      rpName: SITE_NAME,
      rpID: siteOf(origin),
      userName: username,
      userDisplayName: username,
      excludeCredentials: known.map(({ id, transports }) => ({ id, transports: transportsOf(transports?.split(',')) })),
      supportedAlgorithmIDs: ALGORITHMS,
    });
    return this.#ask(options, 'registration', userId, nowMs);
  }

  /** @throws CodedError `bad_request` where the answer is none to what was asked; `conflict` where there are too many */
  async add({ userId }: KnownDevice, answer: CeremonyAnswer, name: string, nowMs: number): Promise<Passkey> {
    await this.#assertRoom(userId);
    const challenge = await this.#take(answer, 'registration', nowMs);
    if (challenge?.userId !== userId) throw notAccepted();
    const response = answer.response as RegistrationResponseJSON;
    const { verifyRegistrationResponse } = await webAuthn();
    const checked = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge.expectedChallenge,
      expectedOrigin: answer.origin,
      expectedRPID: siteOf(answer.origin),
      requireUserVerification: false,
      supportedAlgorithmIDs: ALGORITHMS,
    }).catch(() => null);
    if (checked?.registrationInfo === undefined) throw notAccepted();
    const { aaguid, credential, credentialDeviceType, credentialBackedUp } = checked.registrationInfo;
    const id = await this.#store.add({
      name,
      userId,
      aaguid,
      credentialID: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64'),
      counter: credential.counter,
      deviceType: credentialDeviceType,
      backedUp: credentialBackedUp,
      transports: transportsOf(response.response.transports).join(','),
      createdAt: new Date(nowMs),
    });
    if (id === null) throw notAccepted();
    return { id, name, createdAtMs: Math.floor(nowMs) };
  }

  /** Whose passkey this is. @throws CodedError `unauthenticated` where it is not known, or the answer none to what was asked */
  async userOf(answer: CeremonyAnswer, nowMs: number): Promise<string> {
    const challenge = await this.#take(answer, 'authentication', nowMs);
    if (challenge === null) throw unknownPasskey();
    const response = answer.response as AuthenticationResponseJSON;
    const passkey = await this.#store.find(response.id);
    if (passkey === null) throw unknownPasskey();
    const { verifyAuthenticationResponse } = await webAuthn();
    const checked = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge.expectedChallenge,
      expectedOrigin: answer.origin,
      expectedRPID: siteOf(answer.origin),
      requireUserVerification: false,
      credential: {
        id: passkey.credentialID,
        publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, 'base64')),
        counter: passkey.counter,
        transports: transportsOf(passkey.transports?.split(',')),
      },
    }).catch(() => null);
    if (checked?.verified !== true) throw unknownPasskey();
    await this.#store.used(passkey.id, checked.authenticationInfo.newCounter);
    return passkey.userId;
  }

  list(userId: string): Promise<readonly Passkey[]> {
    return this.#store.list(userId);
  }

  /** @throws CodedError `not_found` where it is none of the account's */
  async remove(userId: string, id: string): Promise<void> {
    if (!(await this.#store.remove(userId, id))) throw new CodedError('not_found', 'You have no such passkey.');
  }

  async #assertRoom(userId: string): Promise<void> {
    if ((await this.#store.count(userId)) < PASSKEYS_MAX) return;
    throw new CodedError('conflict', 'You have as many passkeys as an account may have. Remove one first.');
  }

  async #ask(options: { challenge: string }, type: Challenge['type'], userId: string | null, nowMs: number): Promise<Ceremony> {
    const challengeToken = randomBytes(CHALLENGE_TOKEN_BYTES).toString('base64url');
    const challenge: Challenge = { type, expectedChallenge: options.challenge, userId };
    await this.#store.putChallenge(challengeToken, JSON.stringify(challenge), nowMs + CHALLENGE_LIFE_S * 1000, nowMs);
    return { options: { ...options }, challengeToken };
  }

  /** Takes the challenge that is answered, once; null where there is none of this type. */
  async #take({ challengeToken }: CeremonyAnswer, type: Challenge['type'], nowMs: number): Promise<Challenge | null> {
    const isOne = challengeToken !== null && CHALLENGE_TOKEN.test(challengeToken);
    const value = isOne ? await this.#store.takeChallenge(challengeToken, nowMs) : null;
    const challenge = value === null ? null : challengeSchema.safeParse(JSON.parse(value)).data;
    return challenge?.type === type ? challenge : null;
  }
}

/** The site that a passkey belongs to (WebAuthn: relying party). */
const siteOf = (origin: string): string => new URL(origin).hostname;

/** How an authenticator can be reached, as far as it is known what that means. */
function transportsOf(said: unknown): AuthenticatorTransport[] {
  const given = new Set(transportsSchema.parse(said));
  return TRANSPORTS.filter((transport) => given.has(transport));
}

const notAccepted = () => new CodedError('bad_request', 'The passkey was not accepted. Begin again.');
const unknownPasskey = () => new CodedError('unauthenticated', 'This passkey is not known here. Sign in with your password.');
