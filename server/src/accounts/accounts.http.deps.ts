import type { Me } from '@cowatch/shared/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ClusterClock } from '../platform/clock/cluster-clock.ts';
import type { PublicOrigin } from '../platform/http/http.types.ts';
import type { Identity } from '../platform/identity.ts';
import type { AccountsService } from './accounts.service.ts';
import type { ViewerIdentity } from './tokens/viewer-identity.ts';

/** Dependencies of the routes of accounts. */
export interface AccountsHttpDeps {
  readonly clock: ClusterClock;
  readonly identity: ViewerIdentity;
  readonly accounts: AccountsService;
  /** Where people reach the pages: passkeys belong to it. */
  readonly publicOrigin: PublicOrigin;
  /** Most requests a minute of one viewer. */
  readonly perMinute: { readonly identity: number; readonly signIn: number; readonly link: number };
}

/** A route that may be asked less often than most. */
export const limited = (max: number) => ({ perMinute: max });

/** Answers a sign-in: this browser is that viewer from now on, and the guest it was is put aside. */
export function arrive(
  { identity, accounts }: Pick<AccountsHttpDeps, 'identity' | 'accounts'>,
  request: FastifyRequest,
  reply: FastifyReply,
  arrived: Identity,
): Promise<Me> {
  identity.enter(request, reply, arrived);
  return accounts.me(arrived, identity.guestAside(request));
}
