import type { SyncHealth } from '@cowatch/shared/client';
import type { TFunction } from 'i18next';
import { withinMs } from '../../lib/format-time.ts';

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

/** What the pill says. */
export function syncWords(t: TFunction, sync: Pick<SyncHealth, 'phase' | 'driftMs'>): string {
  if (sync.phase === 'in-sync' && sync.driftMs !== null) {
    return t('sync.inSyncMs', { ms: withinMs(sync.driftMs) });
  }
  return t(`sync.${KEYS[sync.phase]}`);
}

/** What is announced: without figures, which change all the time. */
export function syncAnnouncement(t: TFunction, phase: SyncHealth['phase']): string {
  return t(`sync.${KEYS[phase]}`);
}
