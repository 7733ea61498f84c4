import type { SessionClient } from '@cowatch/shared/client';
import { type Look, type Member, NAME_MAX_CHARS } from '@cowatch/shared/protocol';
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
  MicOff,
  MonitorSmartphone,
  Moon,
  Pencil,
  WifiOff,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ago, formatTime } from '../../../lib/format-time.ts';
import { cx } from '../../../ui/cx.ts';
import { Face } from '../../../ui/face.tsx';
import { InlineEditForm } from '../../../ui/fields/inline-edit.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { Menu } from '../../../ui/overlays/menu.tsx';
import { Tag } from '../../../ui/tag.tsx';
import { LookButton } from './look-button.tsx';
import type { MemberHealth } from './member-health.ts';
import { type HostActions, personMenu } from './person-menu.tsx';
import type { PersonLimits, PersonRights } from './person-rights.ts';

export interface PersonRowProps {
  readonly member: Member;
  readonly own: boolean;
  readonly health: MemberHealth;
  /** The connection is lost: when this person was seen last, in Unix milliseconds. Null while what is shown is so now. */
  readonly seenAtMs: number | null;
  /** What this viewer may do about this person. */
  readonly may: PersonRights;
  readonly limits: PersonLimits;
  readonly client: SessionClient;
  readonly actions: HostActions;
  readonly onOwnName: (name: string) => void;
  readonly onOwnLook: (look: Look) => void;
}

/** One person and how they are doing: a tick where all is well, a picture and words where something is off. */
export function PersonRow(props: PersonRowProps) {
  const { member, own, health, seenAtMs, limits, onOwnName, onOwnLook } = props;
  const { t } = useTranslation();
  const entries = personMenu(t, props.client, member, props);
  const [editing, setEditing] = useState(false);
  if (editing) {
    return (
      <li className="flex min-h-14 items-center pe-1 ps-4">
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
    <li className={cx('flex min-h-14 items-center pe-1', own ? 'gap-2 ps-3' : 'gap-3 ps-4')}>
      {own ? (
        <LookButton look={member.look} onLook={onOwnLook} />
      ) : (
        <Face look={member.look} className={cx('size-9 text-lg', seenAtMs !== null && 'opacity-50')} />
      )}
      <div className="min-w-0 flex-1">
        <NameLine member={member} own={own} health={health} seenAtMs={seenAtMs} />
        <Limits {...limits} />
        <Trouble health={health} seenAtMs={seenAtMs} />
      </div>
      {own ? (
        <IconButton label={t('people.rename')} icon={<Pencil aria-hidden className="size-4" />} onClick={() => setEditing(true)} />
      ) : null}
      {entries.length > 0 ? (
        <Menu
          label={t('people.menu', { name: member.name })}
          entries={entries}
          trigger={
            <IconButton label={t('people.menu', { name: member.name })} icon={<EllipsisVertical aria-hidden className="size-5" />} />
          }
        />
      ) : null}
    </li>
  );
}

/** What somebody is called, and what they are in this party. */
function NameLine({ member, own, health, seenAtMs }: Pick<PersonRowProps, 'member' | 'own' | 'health' | 'seenAtMs'>) {
  const { t } = useTranslation();
  return (
    <div className="flex min-w-0 items-center gap-1.5 text-sm font-semibold">
      <bdi className={cx('truncate', seenAtMs !== null && 'text-muted')}>{member.name}</bdi>
      {seenAtMs === null && health === 'inSync' ? <Tick /> : null}
      {own ? <Tag>{t('people.you')}</Tag> : null}
      {member.role === 'member' ? null : (
        <Tag>
          {member.role === 'owner' ? (
            <span data-tooltip={t('people.owner')}>
              <Crown aria-hidden className="size-3.5" />
            </span>
          ) : null}
          {t('people.host')}
        </Tag>
      )}
      {member.devices > 1 ? (
        <span data-tooltip={t('people.devices', { count: member.devices })} className="inline-flex shrink-0 items-center text-muted">
          <MonitorSmartphone aria-hidden className="size-4" />
          <span className="sr-only">{t('people.devices', { count: member.devices })}</span>
        </span>
      ) : null}
    </div>
  );
}

function Tick() {
  const { t } = useTranslation();
  return (
    <span data-tooltip={t('health.inSync')} className="inline-flex shrink-0 text-accent">
      <CircleCheck aria-hidden className="size-4" />
      <span className="sr-only">{t('health.inSync')}</span>
    </span>
  );
}

const ICONS: Readonly<Record<Exclude<MemberHealth, 'inSync'>, LucideIcon>> = {
  behind: Clock,
  ahead: Clock,
  catchingUp: Clock,
  joining: CircleDashed,
  buffering: LoaderCircle,
  advert: Megaphone,
  blocked: CirclePlay,
  background: Moon,
  ended: Flag,
  unplayable: CircleX,
  away: CircleDashed,
  reconnecting: WifiOff,
};

/** What is off, in words; nothing at all where all is well. */
function Trouble({ health, seenAtMs }: Pick<PersonRowProps, 'health' | 'seenAtMs'>) {
  const { t } = useTranslation();
  if (seenAtMs !== null) {
    const forMs = Date.now() - seenAtMs;
    const when = ago(seenAtMs, Date.now(), document.documentElement.lang);
    return <Line icon={Clock}>{forMs < A_MINUTE_MS ? t('health.lastSeenNow') : t('health.lastSeen', { when })}</Line>;
  }
  if (health === 'inSync') return null;
  return (
    <Line icon={ICONS[health]} danger={health === 'unplayable'} busy={health === 'buffering'}>
      {t(`health.${health}`)}
    </Line>
  );
}

/** What a host has taken from them for now. */
function Limits({ muted, timeOutLeftMs }: PersonLimits) {
  const { t } = useTranslation();
  return (
    <>
      {timeOutLeftMs === null ? null : (
        <Line icon={Clock}>
          {t('people.timedOut')}
          <span aria-hidden className="tabular">
            {formatTime(timeOutLeftMs / 1000)}
          </span>
        </Line>
      )}
      {muted ? <Line icon={MicOff}>{t('people.muted')}</Line> : null}
    </>
  );
}

const A_MINUTE_MS = 60_000;

function Line(props: { readonly icon: LucideIcon; readonly danger?: boolean; readonly busy?: boolean; readonly children: ReactNode }) {
  const { icon: Icon, danger = false, busy = false, children } = props;
  return (
    <p className="flex items-center gap-1.5 text-xs text-muted">
      <Icon aria-hidden className={cx('size-3.5 shrink-0', danger && 'text-danger', busy && 'animate-spin')} />
      {children}
    </p>
  );
}
