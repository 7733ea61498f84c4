import { CHAT_SPOILS_BEYOND_S } from '../../chat/chat.constants.ts';
import type { ChatLine } from '../../protocol/index.ts';

/** Where the own picture is, and where the party is; null where there is no player, or no party yet. */
export interface OwnPlace {
  readonly mediaId: string;
  /** Seconds. */
  readonly ownS: number;
  readonly partyS: number;
}

/**
 * Would this line tell of what one has not seen? Of those alone who are behind the party (catching up, in a replay): after a
 * seek back everybody has seen what is spoken of.
 */
export function isAhead({ mediaId, positionS }: ChatLine, own: OwnPlace | null): boolean {
  if (own === null || mediaId !== own.mediaId) return false;
  return own.partyS - own.ownS > CHAT_SPOILS_BEYOND_S && positionS - own.ownS > CHAT_SPOILS_BEYOND_S;
}
