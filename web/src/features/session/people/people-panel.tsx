import type { SessionClient } from '@cowatch/shared/client';
import type { Access, Look, Member, Playback, RightHolder } from '@cowatch/shared/protocol';
import { canModerate } from '@cowatch/shared/timeline';
import { ChevronDown, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { useTicks } from '../../../lib/hooks/use-ticks.ts';
import { playerKind } from '../../../player/source/player-kinds.ts';
import { Button } from '../../../ui/button.tsx';
import { lazyPart } from '../../../ui/lazy-part.tsx';
import { LazyConfirmDialog } from '../../../ui/overlays/lazy-dialogs.tsx';
import { Menu, menuChoice } from '../../../ui/overlays/menu.tsx';
import type { InviteInPlaceProps } from '../invite/invite-in-place.tsx';
import { memberHealth, ownHealth } from './member-health.ts';
import { PersonRow } from './person-row.tsx';

export interface PeoplePanelProps {
  readonly client: SessionClient;
  readonly invitation: Omit<InviteInPlaceProps, 'onName'>;
  readonly onInvite: () => void;
  readonly onOwnName: (name: string) => void;
  readonly onOwnLook: (look: Look) => void;
}

const InviteInPlace = lazyPart(() => import('../invite/invite-in-place.tsx'), 'InviteInPlace');

/** How often "last seen" is told anew, in milliseconds. */
const LAST_SEEN_MS = 30_000;

/** Who is here, how they are doing, and who may control. */
export function PeoplePanel({ client, invitation, onInvite, onOwnName, onOwnLook }: PeoplePanelProps) {
  const { t } = useTranslation();
  const members = useClientValue(client, (state) => state.members) ?? [];
  const count = useClientValue(client, (state) => state.memberCount) ?? 0;
  const access = useClientValue(client, (state) => state.access);
  const you = useClientValue(client, (state) => state.you);
  const ownPhase = useClientValue(client, (state) => state.sync.phase) ?? 'idle';
  const lostAtMs = useClientValue(client, (state) => state.lostAtMs);
  useTicks(lostAtMs !== null, LAST_SEEN_MS);
  const coarse = useClientValue(client, ({ playback }) => isCoarse(playback)) ?? false;
  const [removing, setRemoving] = useState<Member | null>(null);
  const hidden = Math.max(0, count - members.length);

  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto py-2">
        <ul aria-label={t('people.list')}>
          {members.map((member) => {
            const own = member.memberId === you?.memberId;
            return (
              <PersonRow
                key={member.memberId}
                member={member}
                own={own}
                health={own ? ownHealth(ownPhase) : memberHealth(member, coarse)}
                seenAtMs={own || lostAtMs === null ? null : Date.now() - (performance.now() - lostAtMs)}
                may={rightsOver(member, access, you?.memberId)}
                client={client}
                onRemove={setRemoving}
                onOwnName={onOwnName}
                onOwnLook={onOwnLook}
              />
            );
          })}
        </ul>
        {hidden > 0 ? (
          <div className="flex items-center justify-between gap-2 py-2 pe-2 ps-4">
            <p className="text-sm text-muted">{t('people.more', { count: hidden })}</p>
            <Button variant="ghost" onClick={() => void client.loadMoreMembers()}>
              {t('people.showMore')}
            </Button>
          </div>
        ) : null}
        {count <= 1 ? (
          <InviteInPlace {...invitation} onName={onOwnName} />
        ) : (
          <Button
            variant="ghost"
            className="mx-1 mt-1 gap-3 px-3"
            icon={
              <span className="flex size-9 items-center justify-center rounded-full border border-dashed border-line-strong text-muted">
                <UserPlus aria-hidden className="size-4.5" />
              </span>
            }
            onClick={onInvite}
          >
            {t('party.inviteMore')}
          </Button>
        )}
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
  return { changeRole: ownId === access.ownerId, remove: canModerate(access, ownId, member.memberId) };
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
  const words: Readonly<Record<RightHolder, string>> = {
    everyone: t('party.controlEveryone'),
    hosts: t('party.controlHosts'),
    owner: t('party.controlHosts'),
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
