import type { ChatLine } from '../protocol/chat.ts';
import { CHAT_EDIT_WITHIN_MS } from './chat.constants.ts';

type Written = Pick<ChatLine, 'memberId' | 'atMs'>;

/** May somebody edit this line now? One's own, for a while. */
export const canEditLine = (line: Written, memberId: string | null, nowMs: number): boolean =>
  line.memberId === memberId && nowMs - line.atMs < CHAT_EDIT_WITHIN_MS;

/** May somebody take this line away? One's own; hosts any. */
export const canRemoveLine = (line: Pick<Written, 'memberId'>, memberId: string | null, isHost: boolean): boolean =>
  isHost || line.memberId === memberId;
