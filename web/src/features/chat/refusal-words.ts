import './chat-panel-words.ts';
import type { ProtocolError } from '@cowatch/shared/protocol';
import type { TFunction } from 'i18next';

/** Why a line or a change was not taken, and what to do about it. */
export function refusalWords(t: TFunction, error: Pick<ProtocolError, 'code'>): string {
  switch (error.code) {
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
