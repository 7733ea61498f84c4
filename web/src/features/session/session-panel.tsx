import type { SessionClient } from '@cowatch/shared/client';
import type { Look } from '@cowatch/shared/protocol';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../lib/hooks/use-client-value.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { PartyPanel } from './party-panel.tsx';
import { PeoplePanel, type PeoplePanelProps } from './people/people-panel.tsx';

export interface SessionPanelProps {
  readonly client: SessionClient;
  readonly mediaTitle: string;
  readonly invitation: PeoplePanelProps['invitation'];
  readonly onInvite: () => void;
  readonly onChangeVideo: () => void;
  readonly onKeys: () => void;
  readonly onOwnName: (name: string) => void;
  readonly onLeave: () => void;
  readonly onOwnLook: (look: Look) => void;
  /** What belongs to this device rather than to the party. */
  readonly settings: ReactNode;
}

/** Beside or below the stage: the people, and the party itself. */
export function SessionPanel(props: SessionPanelProps) {
  const { t } = useTranslation();
  const { client } = props;
  const count = useClientValue(client, (state) => state.memberCount) ?? 0;
  return (
    <Tabs
      label={t('party.panel')}
      tabs={[
        {
          id: 'people',
          label: t('party.peopleTab', { count }),
          content: (
            <PeoplePanel
              client={client}
              invitation={props.invitation}
              onInvite={props.onInvite}
              onOwnName={props.onOwnName}
              onOwnLook={props.onOwnLook}
            />
          ),
        },
        {
          id: 'party',
          label: t('party.partyTab'),
          content: (
            <PartyPanel
              client={client}
              mediaTitle={props.mediaTitle}
              onInvite={props.onInvite}
              onChangeVideo={props.onChangeVideo}
              onKeys={props.onKeys}
              onLeave={props.onLeave}
              settings={props.settings}
            />
          ),
        },
      ]}
    />
  );
}
