import type { SessionClient } from '@cowatch/shared/client';
import { SESSION_NAME_MAX_CHARS } from '@cowatch/shared/protocol';
import { CircleStop, DoorOpen, Keyboard, Link, RefreshCcw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../lib/hooks/use-client-value.ts';
import { Button } from '../../ui/button.tsx';
import { InlineEdit } from '../../ui/fields/inline-edit.tsx';
import { LazyConfirmDialog } from '../../ui/overlays/lazy-dialogs.tsx';
import { HostSettings } from './hosts/host-settings.tsx';
import { useRefusedRights } from './hosts/use-refused-rights.ts';
import { NowPlaying } from './now-playing.tsx';

export interface PartyPanelProps {
  readonly client: SessionClient;
  readonly mediaTitle: string;
  readonly onInvite: () => void;
  readonly onChangeVideo: () => void;
  readonly onKeys: () => void;
  readonly onLeave: () => void;
  readonly settings: ReactNode;
}

/** What plays, and what can be done with the party as a whole. */
export function PartyPanel(props: PartyPanelProps) {
  const { client, mediaTitle, onInvite, onChangeVideo, onKeys, onLeave, settings } = props;
  const { t } = useTranslation();
  const media = useClientValue(client, (state) => state.playback?.media ?? null);
  const you = useClientValue(client, (state) => state.you);
  const name = useClientValue(client, (state) => state.access?.name ?? '') ?? '';
  const [ending, setEnding] = useState(false);
  const why = useRefusedRights(client);

  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2 overflow-y-auto p-4">
      <section aria-labelledby="party-name">
        <h2 id="party-name" className="text-sm font-semibold text-muted">
          {t('party.nameLabel')}
        </h2>
        {you && you.role !== 'member' ? (
          <InlineEdit
            className="-me-3 justify-between font-semibold"
            value={name}
            label={t('party.nameLabel')}
            editLabel={t('party.rename')}
            saveLabel={t('app.save')}
            maxLength={SESSION_NAME_MAX_CHARS}
            onSave={(next) => void client.rename(next)}
          />
        ) : (
          <p className="mt-1 font-semibold wrap-anywhere">{name}</p>
        )}
      </section>
      {media ? <NowPlaying sessionId={client.state.sessionId} media={media} title={mediaTitle} /> : null}
      <Button className="justify-start" icon={<RefreshCcw aria-hidden className="size-4.5" />} reason={why.video} onClick={onChangeVideo}>
        {t('party.changeVideo')}
      </Button>
      <Button className="justify-start" icon={<Link aria-hidden className="size-4.5" />} reason={why.invite} onClick={onInvite}>
        {t('party.inviteTitle')}
      </Button>
      <Button className="justify-start pointer-coarse:hidden" icon={<Keyboard aria-hidden className="size-4.5" />} onClick={onKeys}>
        {t('party.keys')}
      </Button>
      <div className="flex items-center justify-between ps-4 text-sm font-semibold">
        {t('app.theme')}
        {settings}
      </div>
      {you && you.role !== 'member' ? <HostSettings client={client} /> : null}
      <div className="mt-auto flex flex-col gap-2 pt-2 pb-[env(safe-area-inset-bottom)]">
        <Button className="justify-start" icon={<DoorOpen aria-hidden className="size-4.5 rtl:-scale-x-100" />} onClick={onLeave}>
          {t('party.leave')}
        </Button>
        {you?.role === 'owner' ? (
          <Button
            className="justify-start"
            variant="dangerGhost"
            icon={<CircleStop aria-hidden className="size-4.5" />}
            onClick={() => setEnding(true)}
          >
            {t('party.end')}
          </Button>
        ) : null}
      </div>
      <LazyConfirmDialog
        open={ending}
        title={t('party.endAsk')}
        text={t('party.endText')}
        confirmLabel={t('party.endDo')}
        cancelLabel={t('app.cancel')}
        onConfirm={() => void client.end()}
        onClose={() => setEnding(false)}
      />
    </div>
  );
}
