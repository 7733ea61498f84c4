import type { OwnStanding, SessionClient } from '@cowatch/shared/client';
import type { Access, Right, RightHolder } from '@cowatch/shared/protocol';
import { holdersOf } from '@cowatch/shared/timeline';
import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Menu, menuChoice } from '../../../ui/overlays/menu.tsx';

export interface RightRowProps {
  readonly client: SessionClient;
  readonly access: Access;
  readonly you: OwnStanding;
  readonly right: Right;
  readonly label: string;
  readonly side?: 'top' | 'bottom';
}

/** A right, and who has it; for hosts, who may change that. */
export function RightRow({ client, access, you, right, label, side = 'bottom' }: RightRowProps) {
  const { t } = useTranslation();
  const holders = holdersOf(access, right);
  // What is the owner's alone is the owner's to give.
  const isTaken = holders === 'owner' && !you.ownsNow;
  const options: readonly RightHolder[] = you.ownsNow ? ['everyone', 'hosts', 'owner'] : ['everyone', 'hosts'];
  const change = (next: RightHolder) => void (right === 'control' ? client.setControl(next) : client.setRight(right, next));
  const button = (
    <button
      type="button"
      className="flex min-h-11 w-full items-center justify-between gap-3 rounded-control text-start text-sm hover:text-accent aria-disabled:cursor-not-allowed aria-disabled:hover:text-text"
      {...(isTaken ? { 'aria-disabled': true, 'aria-description': t('party.ownersAlone'), 'data-tooltip': t('party.ownersAlone') } : {})}
    >
      <span className="font-semibold">{label}</span>
      <span className="flex shrink-0 items-center gap-1 text-muted">
        {t(`party.holders.${holders}`)}
        <ChevronDown aria-hidden className="size-4" />
      </span>
    </button>
  );
  if (isTaken) return button;
  return (
    <Menu
      label={label}
      side={side}
      align="end"
      trigger={button}
      entries={[
        menuChoice({
          label,
          value: holders,
          options: options.map((value) => ({ value, label: t(`party.holders.${value}`) })),
          onChange: change,
        }),
      ]}
    />
  );
}
