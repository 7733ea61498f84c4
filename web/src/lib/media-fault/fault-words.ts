import './words.ts';
import type { TFunction } from 'i18next';
import type { MediaFault } from './media-fault.ts';

/** Why it does not play, in one sentence. */
export function faultWords(t: TFunction, fault: MediaFault): string {
  if (fault.cause !== 'codec') return t(`fault.${fault.cause}`);
  const { codec } = fault;
  if (fault.part === 'picture') return t('fault.codecPicture', { codec });
  return fault.part === 'sound' ? t('fault.codecSound', { codec }) : t('fault.codecFile', { codec });
}

/** The same for a person who has just pasted the link, with what to do about it. */
export function faultWordsAndAdvice(t: TFunction, fault: MediaFault): string {
  return `${faultWords(t, fault)} ${t(`faultAdvice.${fault.cause}`)}`;
}
