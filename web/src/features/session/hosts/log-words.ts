import './words.ts';
import type { ModerationEntry, Right, RightHolder } from '@cowatch/shared/protocol';
import type { TFunction } from 'i18next';

/** What a host did, in a sentence. Names are those of then. */
export function logText(t: TFunction, { kind, by, target, detail }: ModerationEntry): string {
  const somebody = t('hosts.bannedUnknown');
  const names = { by: by?.name ?? somebody, target: target?.name ?? somebody };
  const [right, holders] = (detail ?? '').split(' ');
  switch (kind) {
    case 'control':
      return t('hostLog.control', { ...names, holders: t(`party.holders.${detail as RightHolder}`) });
    case 'rights':
      return t('hostLog.rights', {
        ...names,
        right: t(`hosts.right.${right as Right}`),
        holders: t(`party.holders.${holders as RightHolder}`),
      });
    case 'door':
      return t(`hostLog.${detail === 'knock' ? 'doorKnock' : detail === 'locked' ? 'doorLocked' : 'doorOpen'}`, names);
    case 'role':
      return t(`hostLog.${detail === 'host' ? 'roleHost' : 'roleMember'}`, names);
    case 'time-out':
      return t('hostLog.timeOut', { ...names, count: Number(detail) });
    case 'replace-media':
      return t('hostLog.replaceMedia', { ...names, title: detail ?? '' });
    default:
      return t(`hostLog.${PLAIN[kind]}`, names);
  }
}

/** What needs no more than the names. */
const PLAIN = {
  'new-link': 'newLink',
  'hand-over': 'handOver',
  succession: 'succession',
  'take-over': 'takeOver',
  return: 'return',
  mute: 'mute',
  unmute: 'unmute',
  'end-time-out': 'endTimeOut',
  kick: 'kick',
  ban: 'ban',
  unban: 'unban',
  'let-in': 'letIn',
  'turn-away': 'turnAway',
  'restore-media': 'restoreMedia',
} as const satisfies Readonly<Record<Exclude<ModerationEntry['kind'], Told>, string>>;

/** What depends on what it was set to. */
type Told = 'control' | 'rights' | 'door' | 'role' | 'time-out' | 'replace-media';
