import { randomBytes } from 'node:crypto';
import { CodedError, type DeviceCode, type LinkRequest, USER_CODE_CHARS } from '@cowatch/shared/protocol';
import type { Identity } from '../../platform/identity.ts';
import { LINK_INTERVAL_S, LINK_LIFE_S } from '../accounts.limits.ts';
import { type AccountsService, refuseSignedIn } from '../accounts.service.ts';
import type { DeviceCodeRow, LinkStore } from './link.store.ts';

/** What RFC 8628, section 3.4, calls it. */
export const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

const DEVICE_CODE_BYTES = 30;
/** Letters and digits that are not mistaken for each other; 32 of them, so that each byte says one. */
const USER_CODE_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const CODE_TRIES = 3;

type LinkError = 'authorization_pending' | 'slow_down' | 'expired_token' | 'access_denied' | 'invalid_grant';

/** A refusal as RFC 8628, section 3.5, and RFC 6749, section 5.2, want it said. */
export class LinkRefusal extends Error {
  readonly error: LinkError;

  constructor(error: LinkError, message: string) {
    super(message);
    this.name = 'LinkRefusal';
    this.error = error;
  }
}

/** Device authorization (RFC 8628): a device shows a code, and is signed in by the account that allows it elsewhere. */
export class LinkService {
  readonly #accounts: AccountsService;
  readonly #store: LinkStore;

  constructor(accounts: AccountsService, store: LinkStore) {
    this.#accounts = accounts;
    this.#store = store;
  }

  /** A code for a device to show. @param origin where people reach the page that takes it */
  async code(origin: string, clientId: string, name: string, nowMs: number): Promise<DeviceCode> {
    for (let tries = 0; tries < CODE_TRIES; tries += 1) {
      const codes = { deviceCode: randomBytes(DEVICE_CODE_BYTES).toString('base64url'), userCode: randomUserCode() };
      if (await this.#store.add({ ...codes, clientId, name, expiresAtMs: nowMs + LINK_LIFE_S * 1000 })) return answerOf(origin, codes);
    }
    throw new CodedError('internal', 'No code was free.');
  }

  /**
   * Polls a code; once it was allowed, what showed it is signed in as a device of that account.
   * @param clientId what the program called itself when it asked for the code; null where it is not asked again
   * @throws LinkRefusal with the codes of RFC 8628, `authorization_pending` and `slow_down` among them
   * @throws CodedError `conflict` where a signed-in device asks
   */
  async redeem(
    { clientId, deviceCode }: { readonly clientId: string | null; readonly deviceCode: string },
    asker: Identity | null,
    nowMs: number,
  ): Promise<Identity> {
    const code = await this.#store.find({ deviceCode });
    if (code === null) throw new LinkRefusal('invalid_grant', 'There is no such code.');
    if (clientId !== null && clientId !== code.clientId) throw new LinkRefusal('invalid_grant', 'The code is of another client.');
    await this.#poll(code, nowMs);
    // Before the code is used up.
    refuseSignedIn(asker);
    const userId = await this.#store.redeem(code.id);
    if (userId === null) throw new LinkRefusal('invalid_grant', 'There is no such code.');
    return this.#accounts.arrive(userId, asker, nameOf(code), nowMs);
  }

  /** Resolves where a code was allowed. @throws LinkRefusal */
  async #poll({ id, status, lastPolledAtMs, expiresAtMs }: DeviceCodeRow, nowMs: number): Promise<void> {
    if (lastPolledAtMs !== null && nowMs - lastPolledAtMs < LINK_INTERVAL_S * 1000) {
      throw new LinkRefusal('slow_down', 'Ask less often.');
    }
    const hasRunOut = expiresAtMs < nowMs;
    if (hasRunOut || status === 'denied') await this.#store.remove(id);
    if (hasRunOut) throw new LinkRefusal('expired_token', 'The code has run out.');
    if (status === 'denied') throw new LinkRefusal('access_denied', 'The code was refused.');
    if (status === 'approved') return;
    await this.#store.polled(id, nowMs);
    throw new LinkRefusal('authorization_pending', 'Nobody has answered the code yet.');
  }

  /**
   * What a code asks for; from then on it is this account's to allow.
   * @throws CodedError `forbidden` for a guest; `not_found`, `gone`
   */
  async request(asker: Identity | null, userCode: string, nowMs: number): Promise<LinkRequest> {
    const { userId } = await this.#accounts.own(asker);
    const code = await this.#claim(userId, userCode, nowMs);
    return { userCode: code.userCode, deviceName: nameOf(code), status: code.status };
  }

  /** @throws CodedError as `request` does, and `conflict` where it was answered, or is another account's to answer */
  async answer(asker: Identity | null, userCode: string, allowed: boolean, nowMs: number): Promise<void> {
    const { userId } = await this.#accounts.own(asker);
    const code = await this.#claim(userId, userCode, nowMs);
    if (code.status === 'pending' && code.userId !== userId) {
      throw new CodedError('conflict', 'Somebody else is answering this code.');
    }
    const isOpen = code.status === 'pending' && (await this.#store.answer(code.id, userId, allowed ? 'approved' : 'denied', nowMs));
    if (!isOpen) throw new CodedError('conflict', 'This code has been answered already.');
  }

  /** Claims a code for the account that looks at it first. Returns the code, with the account that has it. */
  async #claim(userId: string, userCode: string, nowMs: number): Promise<DeviceCodeRow> {
    const code = await this.#store.find({ userCode });
    if (code === null) throw new CodedError('not_found', 'There is no such code. Look at the other device again.');
    if (code.expiresAtMs < nowMs) throw new CodedError('gone', 'This code has run out. Show a new one.');
    if (code.userId !== null || code.status !== 'pending') return code;
    return (await this.#store.claim(code.id, userId)) ? { ...code, userId } : code;
  }
}

const nameOf = ({ name, clientId }: DeviceCodeRow): string => (name === '' ? clientId : name);

const randomUserCode = (): string =>
  [...randomBytes(USER_CODE_CHARS)].map((byte) => USER_CODE_ALPHABET[byte % USER_CODE_ALPHABET.length]).join('');

function answerOf(origin: string, { deviceCode, userCode }: Pick<DeviceCodeRow, 'deviceCode' | 'userCode'>): DeviceCode {
  const page = new URL('/link', origin);
  const complete = new URL(page);
  complete.searchParams.set('code', userCode);
  return {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: page.href,
    verification_uri_complete: complete.href,
    expires_in: LINK_LIFE_S,
    interval: LINK_INTERVAL_S,
  };
}
