import type { SessionClient, SessionState } from '@cowatch/shared/client';
import type { Right } from '@cowatch/shared/protocol';
import { holdersOf } from '@cowatch/shared/timeline';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';

/** Why changing the video and inviting are not for this person now, in words for the buttons that do them; null where they are. */
export function useRefusedRights(client: SessionClient | null): { readonly video: string | null; readonly invite: string | null } {
  const { t } = useTranslation();
  const video = useClientValue(client, (state) => refusal(state, 'video'));
  const invite = useClientValue(client, (state) => refusal(state, 'invite'));
  return {
    video: video === null ? null : video === 'timeOut' ? t('party.timedOut') : t(`party.noVideo.${video}`),
    invite: invite === null || invite === 'timeOut' ? null : t(`party.noInvite.${invite}`),
  };
}

function refusal({ you, access }: SessionState, right: Right): 'hosts' | 'owner' | 'timeOut' | null {
  if (you === null || access === null || you.rights[right]) return null;
  if (you.timeOutUntilMs !== null) return 'timeOut';
  return holdersOf(access, right) === 'owner' ? 'owner' : 'hosts';
}
