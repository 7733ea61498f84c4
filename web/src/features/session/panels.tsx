import { Settings } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../lib/hooks/use-client-value.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';
import type { Panel } from '../../ui/panels.tsx';
import type { PartyPanelProps } from './party-panel.tsx';
import type { PeoplePanelProps } from './people/people-panel.tsx';

// Each is fetched when it is shown: where others are, the chat is shown first.
const PeoplePanel = lazyPart(() => import('./people/people-panel.tsx'), 'PeoplePanel');
const PartyPanel = lazyPart(() => import('./party-panel.tsx'), 'PartyPanel');

/** The panel of people: who is here, and how many. */
export function usePeoplePanel(props: PeoplePanelProps): Panel {
  const { t } = useTranslation();
  const count = useClientValue(props.client, (state) => state.memberCount) ?? 0;
  // Who waits at the door is news until somebody answers.
  const waiting = useClientValue(props.client, (state) => state.waiting.length) ?? 0;
  return { id: 'people', label: t('party.peopleTab'), badge: count, unread: waiting, render: () => <PeoplePanel {...props} /> };
}

/** The panel of the party itself: what it is called, what plays, and its settings. */
export function usePartyPanel(props: PartyPanelProps): Panel {
  const { t } = useTranslation();
  return {
    id: 'party',
    label: t('party.partyTab'),
    icon: <Settings aria-hidden className="size-4.5" />,
    badge: null,
    unread: 0,
    render: () => <PartyPanel {...props} />,
  };
}
