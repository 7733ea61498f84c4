import type { SessionClient } from '@cowatch/shared/client';
import { type Member, NAME_MAX_CHARS } from '@cowatch/shared/protocol';
import {
  CircleCheck,
  CircleDashed,
  CirclePlay,
  CircleX,
  Clock,
  Crown,
  EllipsisVertical,
  Flag,
  LoaderCircle,
  type LucideIcon,
  Megaphone,
  MonitorSmartphone,
  Moon,
  Pencil,
  Shield,
  ShieldOff,
  UserMinus,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { spanOf, withinMs } from '../../lib/format-time.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { InlineEditForm } from '../../ui/inline-edit.tsx';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import { Tag } from '../../ui/tag.tsx';
import { type MemberHealth, memberHealth } from './member-health.ts';

export interface PersonRowProps {
  readonly member: Member;
  readonly own: boolean;
  /** The medium plays in an embedded player, with its coarse clock. */
  readonly coarse: boolean;
  /** What whoever looks may do about this person. */
  readonly may: { readonly changeRole: boolean; readonly remove: boolean };
  readonly client: SessionClient;
  readonly onRemove: (member: Member) => void;
  readonly onOwnName: (name: string) => void;
}

/** One person and how they are doing: picture, words and colour say the same. */
export function PersonRow({ member, own, coarse, may, client, onRemove, onOwnName }: PersonRowProps) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const isHost = member.role !== 'member';
  const entries: MenuEntry[] = [];
  if (may.changeRole) {
    entries.push(
      member.role === 'member'
        ? {
            kind: 'action',
            label: t('people.makeHost'),
            icon: <Shield aria-hidden className="size-4.5" />,
            onSelect: () => void client.setRole(member.memberId, 'host'),
          }
        : {
            kind: 'action',
            label: t('people.removeHost'),
            icon: <ShieldOff aria-hidden className="size-4.5" />,
            onSelect: () => void client.setRole(member.memberId, 'member'),
          },
    );
  }
  if (may.remove) {
    entries.push({
      kind: 'action',
      label: t('people.remove'),
      danger: true,
      icon: <UserMinus aria-hidden className="size-4.5" />,
      onSelect: () => onRemove(member),
    });
  }
  if (editing) {
    return (
      <li className="flex min-h-14 items-center pr-1 pl-4">
        <InlineEditForm
          value={member.name}
          label={t('gate.nameLabel')}
          saveLabel={t('app.save')}
          maxLength={NAME_MAX_CHARS}
          onDone={(name) => {
            setEditing(false);
            if (name !== null) onOwnName(name);
          }}
        />
      </li>
    );
  }
  return (
    <li className="flex min-h-14 items-center gap-3 pr-1 pl-4">
      <Avatar name={member.name} className={own ? 'ring-2 ring-accent' : ''} />
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 items-center gap-1.5 text-sm font-semibold">
          <span className="truncate">{member.name}</span>
          {own ? <Tag>{t('people.you')}</Tag> : null}
          {isHost ? (
            <Tag>
              {member.role === 'owner' ? (
                <span data-tooltip={t('people.owner')}>
                  <Crown aria-hidden className="size-3.5" />
                </span>
              ) : null}
              {t('people.host')}
            </Tag>
          ) : null}
          {member.devices > 1 ? (
            <span
              data-tooltip={t('people.devices', { count: member.devices })}
              className="inline-flex shrink-0 items-center text-muted"
            >
              <MonitorSmartphone aria-hidden className="size-4" />
              <span className="sr-only">{t('people.devices', { count: member.devices })}</span>
            </span>
          ) : null}
        </div>
        <Health health={memberHealth(member, coarse)} />
      </div>
      {own ? (
        <IconButton
          label={t('people.rename')}
          icon={<Pencil aria-hidden className="size-4" />}
          onClick={() => setEditing(true)}
        />
      ) : null}
      {entries.length > 0 ? (
        <Menu
          label={t('people.menu', { name: member.name })}
          entries={entries}
          trigger={
            <IconButton
              label={t('people.menu', { name: member.name })}
              icon={<EllipsisVertical aria-hidden className="size-5" />}
            />
          }
        />
      ) : null}
    </li>
  );
}

const LOOKS: Readonly<Record<MemberHealth['kind'], { readonly icon: LucideIcon; readonly tone: string }>> = {
  inSync: { icon: CircleCheck, tone: 'text-accent' },
  behind: { icon: Clock, tone: 'text-muted' },
  ahead: { icon: Clock, tone: 'text-muted' },
  joining: { icon: CircleDashed, tone: 'text-muted' },
  buffering: { icon: LoaderCircle, tone: 'text-muted' },
  advert: { icon: Megaphone, tone: 'text-muted' },
  blocked: { icon: CirclePlay, tone: 'text-muted' },
  background: { icon: Moon, tone: 'text-muted' },
  ended: { icon: Flag, tone: 'text-muted' },
  unplayable: { icon: CircleX, tone: 'text-danger' },
  away: { icon: CircleDashed, tone: 'text-muted' },
};

function Health({ health }: { readonly health: MemberHealth }) {
  const { icon: Icon, tone } = LOOKS[health.kind];
  return (
    <div className="flex items-center gap-1.5 text-xs text-muted tabular">
      <Icon aria-hidden className={cx('size-3.5 shrink-0', tone, health.kind === 'buffering' && 'animate-spin')} />
      <HealthText health={health} />
    </div>
  );
}

function HealthText({ health }: { readonly health: MemberHealth }) {
  const { t } = useTranslation();
  if (health.kind === 'inSync') {
    if (health.driftMs === null) return t('health.inSync');
    return (
      <>
        {t('health.inSync')} <span>{t('health.inSyncMs', { ms: withinMs(health.driftMs) })}</span>
      </>
    );
  }
  if (health.kind === 'behind' || health.kind === 'ahead') {
    const { unit, n } = spanOf(health.byMs);
    return t(`health.${health.kind}`, { time: t(`health.${unit}`, { n }) });
  }
  return t(`health.${health.kind}`);
}
