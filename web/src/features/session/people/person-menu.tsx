import type { SessionClient } from '@cowatch/shared/client';
import type { TFunction } from 'i18next';
import { Ban, Clock, Crown, Mic, MicOff, Shield, ShieldOff, TimerOff, UserMinus } from 'lucide-react';
import type { MenuEntry } from '../../../ui/overlays/menu.types.ts';
import type { Person, PersonLimits, PersonRights } from './person-rights.ts';

/** What a host does about people, as the panel around the list carries it out. */
export interface HostActions {
  /** Out now, and may knock. */
  kick(member: Person): void;
  ban(member: Person): void;
  /** Asked once more: it cannot be taken back by who did it. */
  handOver(member: Person): void;
}

/** In minutes, as they are offered. */
const TIME_OUTS = [1, 10, 60] as const;

/** What may be done about somebody: what builds up first, what hurts last. */
export function personMenu(
  t: TFunction,
  client: SessionClient,
  member: Person,
  { may, limits, actions }: { readonly may: PersonRights; readonly limits: PersonLimits; readonly actions: HostActions },
): readonly MenuEntry[] {
  return [
    ...(may.changeRole ? [roleEntry(t, client, member)] : []),
    ...(may.handOver ? [action(t('people.handOver'), <Crown aria-hidden className={ICON} />, () => actions.handOver(member))] : []),
    ...(may.moderate ? [...quietEntries(t, client, member, limits), ...outEntries(t, member, actions)] : []),
  ];
}

const ICON = 'size-4.5';

const action = (label: string, icon: MenuEntryIcon, onSelect: () => void, danger = false): MenuEntry => ({
  kind: 'action',
  label,
  icon,
  onSelect,
  danger,
});
type MenuEntryIcon = Extract<MenuEntry, { kind: 'action' }>['icon'];

function roleEntry(t: TFunction, client: SessionClient, { memberId, role }: Person): MenuEntry {
  return role === 'member'
    ? action(t('people.makeHost'), <Shield aria-hidden className={ICON} />, () => void client.setRole(memberId, 'host'))
    : action(t('people.removeHost'), <ShieldOff aria-hidden className={ICON} />, () => void client.setRole(memberId, 'member'));
}

/** What keeps somebody quiet while they stay. */
function quietEntries(t: TFunction, client: SessionClient, { memberId }: Person, limits: PersonLimits): readonly MenuEntry[] {
  const mute = limits.muted
    ? action(t('people.unmute'), <Mic aria-hidden className={ICON} />, () => void client.setMuted(memberId, false))
    : action(t('people.mute'), <MicOff aria-hidden className={ICON} />, () => void client.setMuted(memberId, true));
  const timeOuts =
    limits.timeOutLeftMs === null
      ? TIME_OUTS.map((minutes) =>
          action(
            t('people.timeOut', { count: minutes }),
            <Clock aria-hidden className={ICON} />,
            () => void client.timeOut(memberId, minutes),
          ),
        )
      : [action(t('people.endTimeOut'), <TimerOff aria-hidden className={ICON} />, () => void client.timeOut(memberId, 0))];
  return [mute, ...timeOuts];
}

function outEntries(t: TFunction, member: Person, actions: HostActions): readonly MenuEntry[] {
  return [
    action(t('people.remove'), <UserMinus aria-hidden className={ICON} />, () => actions.kick(member), true),
    action(t('people.ban'), <Ban aria-hidden className={ICON} />, () => actions.ban(member), true),
  ];
}
