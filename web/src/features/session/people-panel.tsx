import type { SessionClient } from '@cowatch/shared/client';
import type { Access, ControlPolicy, Member, Playback } from '@cowatch/shared/protocol';
import { canKick } from '@cowatch/shared/timeline';
import { ChevronDown, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { playerKind } from '../../player/player-kinds.ts';
import { Button } from '../../ui/button.tsx';
import { LazyConfirmDialog } from '../../ui/lazy-dialogs.tsx';
import { Menu, menuChoice } from '../../ui/menu.tsx';
import { PersonRow } from './person-row.tsx';
import { useSessionValue } from './use-session-client.ts';

export interface PeoplePanelProps {
  readonly client: SessionClient;
  readonly onInvite: () => void;
  readonly onOwnName: (name: string) => void;
}

/** Who is here, how they are doing, and who may control. */
export function PeoplePanel({ client, onInvite, onOwnName }: PeoplePanelProps) {
  const { t } = useTranslation();
  const members = useSessionValue(client, (state) => state.members) ?? [];
  const count = useSessionValue(client, (state) => state.memberCount) ?? 0;
  const access = useSessionValue(client, (state) => state.access);
  const you = useSessionValue(client, (state) => state.you);
  const ownDriftMs = useSessionValue(client, (state) => state.sync.driftMs);
  const coarse = useSessionValue(client, ({ playback }) => isCoarse(playback)) ?? false;
  const [removing, setRemoving] = useState<Member | null>(null);
  const hidden = Math.max(0, count - members.length);

  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto py-2">
        <ul aria-label={t('people.list')}>
          {members.map((member) => (
            <PersonRow
              key={member.memberId}
              // What others report takes a moment to come round; of oneself one knows it now.
              member={
                member.memberId === you?.memberId && ownDriftMs !== null ? { ...member, driftMs: ownDriftMs } : member
              }
              own={member.memberId === you?.memberId}
              coarse={coarse}
              may={rightsOver(member, access, you?.memberId)}
              client={client}
              onRemove={setRemoving}
              onOwnName={onOwnName}
            />
          ))}
        </ul>
        {hidden > 0 ? (
          <div className="flex items-center justify-between gap-2 py-2 pr-2 pl-4">
            <p className="text-sm text-muted">{t('people.more', { count: hidden })}</p>
            <Button variant="ghost" onClick={() => void client.loadMoreMembers()}>
              {t('people.showMore')}
            </Button>
          </div>
        ) : null}
        {count <= 1 ? (
          <div className="m-4 flex flex-col items-start gap-3 rounded-card bg-accent-soft p-5">
            <div>
              <p className="font-bold">{t('party.inviteBig')}</p>
              <p className="mt-1 text-sm text-muted">{t('party.inviteBigText')}</p>
            </div>
            <Button variant="primary" icon={<UserPlus aria-hidden className="size-4.5" />} onClick={onInvite}>
              {t('party.invite')}
            </Button>
          </div>
        ) : null}
      </div>
      {access && you ? <ControlPolicyFooter client={client} access={access} isHost={you.role !== 'member'} /> : null}
      <LazyConfirmDialog
        open={removing !== null}
        title={t('people.removeAsk', { name: removing?.name ?? '' })}
        text={t('people.removeText')}
        confirmLabel={t('people.removeDo')}
        cancelLabel={t('app.cancel')}
        onConfirm={() => removing && void client.kick(removing.memberId)}
        onClose={() => setRemoving(null)}
      />
    </>
  );
}

function isCoarse(playback: Playback | null): boolean {
  return playback !== null && playerKind(playback.media.kind).traits.coarseClock;
}

/** Roles are the owner's to give; removing people is for hosts, within the rules both ends share. */
function rightsOver(member: Member, access: Access | null, ownId: string | undefined): PersonRights {
  if (!access || !ownId || member.memberId === ownId) return { changeRole: false, remove: false };
  return { changeRole: ownId === access.ownerId, remove: canKick(access, ownId, member.memberId) };
}

interface PersonRights {
  readonly changeRole: boolean;
  readonly remove: boolean;
}

interface ControlPolicyFooterProps {
  readonly client: SessionClient;
  readonly access: Access;
  readonly isHost: boolean;
}

function ControlPolicyFooter({ client, access, isHost }: ControlPolicyFooterProps) {
  const { t } = useTranslation();
  const words: Readonly<Record<ControlPolicy, string>> = {
    everyone: t('party.controlEveryone'),
    hosts: t('party.controlHosts'),
  };
  return (
    <div className="shrink-0 border-t border-line px-4 py-2.5 pb-[max(0.625rem,env(safe-area-inset-bottom))]">
      {isHost ? (
        <Menu
          label={t('party.whoControls')}
          side="top"
          align="end"
          trigger={
            <button
              type="button"
              className="flex min-h-11 w-full items-center justify-between gap-2 rounded-control text-sm hover:text-accent"
            >
              <span className="font-semibold">{t('party.whoControls')}</span>
              <span className="flex items-center gap-1 text-muted">
                {words[access.control]}
                <ChevronDown aria-hidden className="size-4" />
              </span>
            </button>
          }
          entries={[
            menuChoice({
              label: t('party.whoControls'),
              value: access.control,
              options: (['everyone', 'hosts'] as const).map((value) => ({ value, label: words[value] })),
              onChange: (control) => void client.setControl(control),
            }),
          ]}
        />
      ) : (
        <p className="py-2 text-sm text-muted">
          {access.control === 'everyone' ? t('party.controlEveryoneNote') : t('party.controlHostsNote')}
        </p>
      )}
    </div>
  );
}
