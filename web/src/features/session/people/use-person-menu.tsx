import type { SessionClient } from '@cowatch/shared/client';
import type { Member } from '@cowatch/shared/protocol';
import { roleOf } from '@cowatch/shared/timeline';
import { type ReactNode, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { MenuEntry } from '../../../ui/overlays/menu.types.ts';
import { HostDialogs } from './host-dialogs.tsx';
import { personMenu } from './person-menu.tsx';
import { limitsOf, rightsOver } from './person-rights.ts';
import { useHostActions } from './use-host-actions.ts';

/** What may be done about somebody, for menus elsewhere than in the list of people. */
export interface PersonMenu {
  /** As things stand when it is asked. Who has left can be kept out all the same. */
  readonly personEntries: (person: Pick<Member, 'memberId' | 'name'>) => readonly MenuEntry[];
  /** What follows what was done there: the way back, and questions. */
  readonly personNews: ReactNode;
}

export function usePersonMenu(client: SessionClient): PersonMenu {
  const { t } = useTranslation();
  const hosting = useHostActions(client);
  const { actions } = hosting;
  const personEntries = useCallback<PersonMenu['personEntries']>(
    ({ memberId, name }) => {
      const { members, access, you } = client.state;
      if (access === null) return [];
      const here = members.find((member) => member.memberId === memberId);
      const person = here ?? { memberId, name, role: roleOf(access, memberId) };
      const may = rightsOver(person, access, you);
      const limits = limitsOf(person, access, client.clusterNowMs());
      return personMenu(t, client, person, { may: here ? may : { ...may, handOver: false }, limits, actions });
    },
    [t, client, actions],
  );
  return { personEntries, personNews: <HostDialogs client={client} hosting={hosting} /> };
}
