import { CodedError, type DeviceCode, type LinkRequest } from '@cowatch/shared/protocol';
import type { Identity } from '../platform/identity.ts';
import type { AccountsLibrary } from './accounts.library.types.ts';
import type { AccountsService } from './accounts.service.ts';
import type { AccountsStore } from './accounts.store.ts';

/** Signing in a device by a code that it shows and that somebody allows elsewhere (RFC 8628). */
export class LinkService {
  readonly #accounts: AccountsService;
  readonly #store: AccountsStore;

  constructor(accounts: AccountsService, store: AccountsStore) {
    this.#accounts = accounts;
    this.#store = store;
  }

  /** A code for a device to show. */
  async code(library: AccountsLibrary, clientId: string, name: string): Promise<DeviceCode> {
    const code = await library.code(clientId);
    await this.#store.nameAsking(code.device_code, name);
    return code;
  }

  /**
   * Asks whether a code was allowed; whoever showed it, and is nobody or a guest, is that account's device then.
   * @param clientId what the program called itself when it asked for the code; null where it is not asked again
   * @throws LinkRefusal with the codes of RFC 8628, `authorization_pending` and `slow_down` among them
   */
  async redeem(
    library: AccountsLibrary,
    { clientId, deviceCode }: { readonly clientId: string | null; readonly deviceCode: string },
    asker: Identity | null,
    nowMs: number,
  ): Promise<Identity> {
    const asking = await this.#store.asking({ deviceCode });
    const client = clientId ?? asking?.clientId ?? '';
    const token = await library.redeem(client, deviceCode);
    const name = asking === null || asking.name === '' ? client : asking.name;
    return this.#accounts.redeemed(token, asker, name, nowMs);
  }

  /**
   * What a code asks for; from then on it is this account's to allow.
   * @throws CodedError `forbidden` for a guest; `not_found`, `gone`
   */
  async request(library: AccountsLibrary, asker: Identity | null, userCode: string): Promise<LinkRequest> {
    await library.claim(userCode, await this.#headers(asker));
    const asking = await this.#store.asking({ userCode });
    if (asking === null) throw new CodedError('gone', 'This code has run out. Show a new one.');
    const { name, clientId, status } = asking;
    return { userCode, deviceName: name === '' ? clientId : name, status };
  }

  /** @throws CodedError as `request` does, and `conflict` where it was answered, or is another account's to answer */
  async answer(library: AccountsLibrary, asker: Identity | null, userCode: string, allowed: boolean): Promise<void> {
    const headers = await this.#headers(asker);
    const { status } = await this.request(library, asker, userCode);
    if (status !== 'pending') throw new CodedError('conflict', 'This code has been answered already.');
    await library.answer(userCode, allowed, headers);
  }

  /** What makes the library believe that an account's device asks. */
  async #headers(asker: Identity | null): Promise<Headers> {
    const { token } = await this.#accounts.own(asker);
    return new Headers({ authorization: `Bearer ${token}` });
  }
}
