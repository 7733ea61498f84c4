import { useTranslation } from 'react-i18next';
import { usePartyPanel, usePeoplePanel } from '../../../features/session/panels.tsx';
import type { PartyPanelProps } from '../../../features/session/party-panel.tsx';
import type { PeoplePanelProps } from '../../../features/session/people/people-panel.tsx';
import { Panels } from '../../../ui/panels.tsx';

export type SessionPanelsProps = PeoplePanelProps & PartyPanelProps;

/** Beside or below the stage. A feature's panel is one more entry in this list. */
export function SessionPanels(props: SessionPanelsProps) {
  const { t } = useTranslation();
  return <Panels label={t('party.panel')} panels={[usePeoplePanel(props), usePartyPanel(props)]} />;
}
