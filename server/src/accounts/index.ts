import type { Config } from '../config.ts';
import type { Feature } from '../platform/feature.ts';
import { registerAccountsHttp } from './accounts.http.ts';
import { createGuestIdentity, type GuestIdentity } from './guest-identity.ts';
import { createGuestTokens, GUEST_KEY_PURPOSE } from './guest-token.ts';

export { VIEWER_COOKIE } from './guest-identity.ts';

export interface Accounts extends Feature {
  readonly identity: GuestIdentity;
}

/** Most requests for an identity a minute and address, as a part of all its requests. */
const IDENTITY_SHARE = 0.2;

/** Who people are: for now, guests. */
export function createAccounts(config: Config, deriveKey: (purpose: string) => Buffer): Accounts {
  const identity = createGuestIdentity(createGuestTokens(deriveKey(GUEST_KEY_PURPOSE)), config);
  const identitiesPerMinute = Math.ceil(config.requestsPerMinutePerIp * IDENTITY_SHARE);
  return {
    name: 'accounts',
    identity,
    registerHttp: (app) => registerAccountsHttp(app, identity, identitiesPerMinute),
  };
}
