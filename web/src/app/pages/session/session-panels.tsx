import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChatPanel } from '../../../features/chat/index.ts';
import { useQueuePanel } from '../../../features/queue/panel.tsx';
import type { QueuePanelProps } from '../../../features/queue/queue-panel.tsx';
import { usePartyPanel, usePeoplePanel } from '../../../features/session/panels.tsx';
import type { PartyPanelProps } from '../../../features/session/party-panel.tsx';
import type { PeoplePanelProps } from '../../../features/session/people/people-panel.tsx';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { lazyPart } from '../../../ui/lazy-part.tsx';
import { Panels } from '../../../ui/panels.tsx';
import { shownPanel } from './panel-choice.ts';
import type { PanelsState } from './use-panels.ts';

// With what a name in it offers.
const PartyChat = lazyPart(() => import('./party-chat.tsx'), 'PartyChat');

export interface SessionPanelsProps extends PeoplePanelProps, PartyPanelProps, QueuePanelProps {
  readonly state: PanelsState;
  /** False while they are folded: what is new in them is counted all the same. */
  readonly unfolded: boolean;
}

/** Beside or below the stage. A feature's panel is one more entry in this list. */
export function SessionPanels(props: SessionPanelsProps) {
  const { client, state, unfolded } = props;
  const { t } = useTranslation();
  const root = useRef<HTMLDivElement>(null);
  const company = useCompany((useClientValue(client, ({ memberCount }) => memberCount) ?? 0) > 1, root);

  const panels = [
    usePeoplePanel(props),
    useChatPanel(client, () => <PartyChat client={client} />),
    useQueuePanel(props),
    usePartyPanel(props),
  ];

  const ids = panels.map(({ id }) => id);
  const unread = panels.reduce((sum, panel) => sum + panel.unread, 0);
  useEffect(() => state.unread.set(unread), [state.unread, unread]);
  if (!unfolded) return null;
  return (
    <div ref={root} className="flex min-h-0 flex-1 flex-col">
      <Panels
        label={t('party.panel')}
        panels={panels}
        shown={shownPanel(ids, state.chosen, company)}
        onShow={state.choose}
        called={state.called}
        onAnswered={state.answered}
        unreadWords={(count) => t('party.unread', { count })}
      />
    </div>
  );
}

/** Whether there has been somebody else here. While somebody is busy in a panel it is not taken from under their hands. */
function useCompany(now: boolean, panels: RefObject<HTMLElement | null>): boolean {
  const [company, setCompany] = useState(now);
  useEffect(() => {
    if (now && !isBusyIn(panels.current)) setCompany(true);
  }, [now, panels]);
  return company;
}

/** The focus is in there, or in what was opened from there: menus and dialogs stand elsewhere in the document. */
function isBusyIn(panels: HTMLElement | null): boolean {
  const focused = document.activeElement;
  return panels?.contains(focused) === true || Boolean(focused?.closest('[role="menu"], [role="dialog"], [role="alertdialog"]'));
}
