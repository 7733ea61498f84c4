import './chat-panel-words.ts';
import type { ProtocolError } from '@cowatch/shared/protocol';
import type { TFunction } from 'i18next';
import { waitWords } from '../../lib/format-time.ts';

/** Why a line was not taken, and what to do about it. */
export function refusalWords(
  t: TFunction,
  { code, reason, retryAfterMs }: Pick<ProtocolError, 'code' | 'reason' | 'retryAfterMs'>,
): string {
  if (reason === 'same') return t('chat.refusedSame');
  if (reason === 'link') {
    if (retryAfterMs === undefined) return t('chat.refusedLinks');
    return t('chat.refusedLinkYet', { time: waitWords(retryAfterMs, document.documentElement.lang) });
  }
  if (reason === 'muted') return t('chat.refusedMuted');
  if (reason === 'time_out') return t('chat.refusedTimeOut');
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

/** Why an own line was not changed or taken away. */
export function changeRefusalWords(t: TFunction, error: ProtocolError): string {
  if (error.code === 'forbidden' && error.reason === undefined) return t('chat.changeTooLate');
  if (error.code === 'not_found') return t('chat.changeGone');
  return refusalWords(t, error);
}
