import type { SyncPhase } from '@cowatch/shared/client';
import type { TFunction } from 'i18next';

const KEYS = {
  idle: 'idle',
  'in-sync': 'inSync',
  'catching-up': 'catchingUp',
  buffering: 'buffering',
  blocked: 'blocked',
  advert: 'advert',
  reconnecting: 'reconnecting',
  background: 'background',
  ended: 'ended',
  live: 'live',
  unplayable: 'unplayable',
} as const;

/** What the pill says, and what is announced: a feeling, without figures. */
export function syncWords(t: TFunction, phase: SyncPhase): string {
  return t(`sync.${KEYS[phase]}`);
}

/** The same in a sentence, with what will happen or can be done. */
export function syncSentence(t: TFunction, phase: SyncPhase): string {
  return t(`syncText.${KEYS[phase]}`);
}
