import type { PlayerHandle, SessionClient } from '@cowatch/shared/client';
import { SESSION_NAME_MAX_CHARS } from '@cowatch/shared/protocol';
import { DoorOpen, PanelRightClose, PanelRightOpen, UserPlus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Client, useClientValue } from '../../lib/hooks/use-client-value.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { InlineEdit } from '../../ui/fields/inline-edit.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { UnreadMark } from '../../ui/unread-mark.tsx';
import { useRefusedRights } from './hosts/use-refused-rights.ts';
import { SyncPill } from './sync/sync-pill.tsx';

export interface SessionHeaderProps {
  /** The way home, with the logo. */
  readonly home: ReactNode;
  readonly client: SessionClient | null;
  readonly partyName: string;
  /** What is on; null where the party's name says it already. */
  readonly filmName: string | null;
  readonly handle: PlayerHandle | null;
  /** Lies over the picture and comes and goes with the controls. */
  readonly overlay: boolean;
  readonly hidden: boolean;
  /** Absent where the panel cannot be folded away. */
  readonly panel?: FoldingPanel | undefined;
  readonly onInvite: () => void;
  readonly onLeave: () => void;
}

/** What folds away beside the picture. */
export interface FoldingPanel {
  readonly open: boolean;
  readonly toggle: () => void;
  /** How much in it has not been seen. */
  readonly unread: Client<number>;
}

/** Above the stage: where one is, how one stands, and how others come. */
export function SessionHeader(props: SessionHeaderProps) {
  const { t } = useTranslation();
  const { client, partyName, filmName, panel } = props;
  const isHost = useClientValue(client, (state) => state.you !== null && state.you.role !== 'member') ?? false;
  const why = useRefusedRights(client);
  return (
    <header
      className={cx(
        '@container/header flex h-14 shrink-0 items-center gap-1 pr-[max(0.5rem,env(safe-area-inset-right))] pl-[max(0.75rem,env(safe-area-inset-left))] sm:gap-2',
        props.overlay
          ? 'absolute start-0 end-(--panels-width) top-0 z-20 scheme-dark bg-linear-to-b from-black/70 to-transparent text-text transition-opacity duration-200 focus-within:opacity-100'
          : 'border-b border-line bg-bg',
        props.overlay && props.hidden && 'pointer-events-none opacity-0 focus-within:pointer-events-auto',
      )}
    >
      {props.home}
      <div className="flex min-w-0 flex-1 items-center">
        {client ? (
          <>
            <span aria-hidden className="mx-2 text-muted @max-[40rem]/header:hidden">
              ·
            </span>
            {isHost ? (
              <InlineEdit
                className="min-w-0 font-semibold @max-[40rem]/header:*:[button]:hidden"
                value={partyName}
                label={t('party.nameLabel')}
                editLabel={t('party.rename')}
                saveLabel={t('app.save')}
                maxLength={SESSION_NAME_MAX_CHARS}
                onSave={(name) => void client.rename(name)}
              />
            ) : (
              <span className="truncate font-semibold">{partyName}</span>
            )}
            {filmName === null ? null : <span className="ms-3 min-w-0 truncate text-sm text-muted max-lg:hidden">{filmName}</span>}
          </>
        ) : null}
      </div>
      {client ? (
        <>
          <SyncPill client={client} handle={props.handle} />
          <Button
            variant="primary"
            aria-label={t('party.invite')}
            className="@max-[40rem]/header:size-11 @max-[40rem]/header:px-0"
            icon={<UserPlus aria-hidden className="size-4.5" />}
            reason={why.invite}
            onClick={props.onInvite}
          >
            <span className="@max-[40rem]/header:hidden">{t('party.invite')}</span>
          </Button>
          {panel ? <PanelButton {...panel} /> : null}
          {/* In a narrow window it stands among the buttons of the party, under the thumb. */}
          <IconButton
            label={t('party.leave')}
            className="@max-[40rem]/header:hidden"
            icon={<DoorOpen aria-hidden className="size-5 rtl:-scale-x-100" />}
            onClick={props.onLeave}
          />
        </>
      ) : null}
    </header>
  );
}

/** Folds and unfolds what stands beside the picture; folded, it says how much in it is new. */
function PanelButton({ open, toggle, unread }: FoldingPanel) {
  const { t } = useTranslation();
  const count = useClientValue(unread, (total) => total) ?? 0;
  const label = open ? t('party.hidePanel') : t('party.showPanel');
  const Icon = open ? PanelRightClose : PanelRightOpen;
  return (
    <span className="relative inline-flex">
      <IconButton
        label={open || count === 0 ? label : `${label}, ${t('party.unread', { count })}`}
        data-panel-button
        aria-expanded={open}
        icon={<Icon aria-hidden className="size-5 rtl:-scale-x-100" />}
        onClick={toggle}
      />
      {open ? null : <UnreadMark count={count} className="pointer-events-none absolute end-0 top-0" />}
    </span>
  );
}
