import './chat-panel-words.ts';
import type { ProtocolError } from '@cowatch/shared/protocol';
import type { TFunction } from 'i18next';
import { waitWords } from '../../lib/format-time.ts';

/** Why a line or a change was not taken, and what to do about it. */
export function refusalWords(
  t: TFunction,
  { code, reason, retryAfterMs }: Pick<ProtocolError, 'code' | 'reason' | 'retryAfterMs'>,
): string {
  if (reason === 'same') return t('chat.refusedSame');
  if (reason === 'link') {
    if (retryAfterMs === undefined) return t('chat.refusedLinks');
    return t('chat.refusedLinkYet', { time: waitWords(retryAfterMs, document.documentElement.lang) });
  }
  switch (code) {
    case 'rate_limited':
      return t('chat.refusedRate');
    case 'forbidden':
      return t('chat.refusedForbidden');
    case 'bad_request':
      return t('chat.refusedLong');
    default:
      return t('chat.refused');
  }
}
