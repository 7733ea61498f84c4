import type { OwnStanding, SessionClient } from '@cowatch/shared/client';
import type { Access, Look, Playback } from '@cowatch/shared/protocol';
import { UserPlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { useTicks } from '../../../lib/hooks/use-ticks.ts';
import { playerKind } from '../../../player/source/player-kinds.ts';
import { Button } from '../../../ui/button.tsx';
import { lazyPart } from '../../../ui/lazy-part.tsx';
import { RightRow } from '../hosts/right-row.tsx';
import type { InviteInPlaceProps } from '../invite/invite-in-place.tsx';
import { HostDialogs } from './host-dialogs.tsx';
import { memberHealth, ownHealth } from './member-health.ts';
import { limitsOf, rightsOver } from './person-rights.ts';
import { PersonRow } from './person-row.tsx';
import { useHostActions } from './use-host-actions.ts';

export interface PeoplePanelProps {
  readonly client: SessionClient;
  readonly invitation: Omit<InviteInPlaceProps, 'onName'>;
  readonly onInvite: () => void;
  readonly onOwnName: (name: string) => void;
  readonly onOwnLook: (look: Look) => void;
}

const WaitingList = lazyPart(() => import('./waiting-list.tsx'), 'WaitingList');
const InviteInPlace = lazyPart(() => import('../invite/invite-in-place.tsx'), 'InviteInPlace');

/** How often "last seen" is told anew, in milliseconds. */
const LAST_SEEN_MS = 30_000;
/** What is left of a time-out is told by the second. */
const TIME_OUT_MS = 1000;

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
  const hosting = useHostActions(client);
  useTicks((access?.timeOuts?.length ?? 0) > 0, TIME_OUT_MS);
  const nowMs = client.clusterNowMs();
  const waits = useClientValue(client, (state) => state.waiting.length > 0) ?? false;
  const mayInvite = you?.rights.invite ?? true;
  const hidden = Math.max(0, count - members.length);

  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto py-2">
        {waits ? <WaitingList client={client} /> : null}
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
                may={rightsOver(member, access, you)}
                limits={limitsOf(member, access, nowMs)}
                client={client}
                actions={hosting.actions}
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
        {!mayInvite ? null : count <= 1 ? (
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
      <HostDialogs client={client} hosting={hosting} />
      {access && you ? <ControlFooter client={client} access={access} you={you} /> : null}
    </>
  );
}

function isCoarse(playback: Playback | null): boolean {
  return playback !== null && playerKind(playback.media.kind).traits.coarseClock;
}

/** Who may control: for hosts to change, for others to know. */
function ControlFooter({ client, access, you }: { readonly client: SessionClient; readonly access: Access; readonly you: OwnStanding }) {
  const { t } = useTranslation();
  return (
    <div className="shrink-0 border-t border-line px-4 py-2.5 pb-[max(0.625rem,env(safe-area-inset-bottom))]">
      {you.role === 'member' ? (
        <p className="py-2 text-sm text-muted">{t(`party.controlNote.${access.control}`)}</p>
      ) : (
        <RightRow client={client} access={access} you={you} right="control" label={t('party.whoControls')} side="top" />
      )}
    </div>
  );
}
