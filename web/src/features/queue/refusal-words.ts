import './panel-words.ts';
import { type ProtocolError, QUEUE_MAX, QUEUE_PER_PERSON_MAX } from '@cowatch/shared/protocol';
import type { TFunction } from 'i18next';
import { waitWords } from '../../lib/format-time.ts';

/** What a refusal that names no time is taken for, in milliseconds. */
const WAIT_MS = 3000;

/** Why something could not be done with the queue, and what to do about it. */
export function refusalWords(t: TFunction, error: ProtocolError): string {
  switch (error.code) {
    case 'forbidden':
      return t('queueRefused.forbidden');
    case 'rate_limited':
      return t('queueRefused.rateLimited', { time: waitWords(error.retryAfterMs ?? WAIT_MS, document.documentElement.lang) });
    case 'conflict':
      return t('queueRefused.conflict');
    case 'not_found':
      return t('queueRefused.notFound');
    case 'too_large':
      return t('queueRefused.tooLarge');
    case 'bad_request':
      return t('queueRefused.badLink');
    case 'unavailable':
      return t('queueRefused.unavailable');
    default:
      return t('queueRefused.other');
  }
}

/** Why something that was to be added did not fit. */
export function noRoomWords(t: TFunction, itemCount: number): string {
  return itemCount >= QUEUE_MAX ? t('queueRefused.full', { count: QUEUE_MAX }) : t('queueRefused.tooMany', { count: QUEUE_PER_PERSON_MAX });
}
