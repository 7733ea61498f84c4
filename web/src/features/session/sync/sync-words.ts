import type { SyncPhase } from '@cowatch/shared/client';
import type { TFunction } from 'i18next';

/** What each phase is called in keys of the catalogue. */
export const PHASE_KEYS = {
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

export type PhaseKey = (typeof PHASE_KEYS)[SyncPhase];

/** What the pill says, and what is announced: a feeling, without figures. */
export function syncWords(t: TFunction, phase: SyncPhase): string {
  return t(`sync.${PHASE_KEYS[phase]}`);
}
