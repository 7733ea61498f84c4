import type { SessionClient } from '@cowatch/shared/client';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../lib/hooks/use-client-value.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';
import type { MenuEntry } from '../../ui/overlays/menu.types.ts';
import type { Panel } from '../../ui/panels.tsx';
import { roomOf } from './chat-room.ts';

const ChatPanel = lazyPart(() => import('./chat-panel.tsx'), 'ChatPanel');

export interface ChatPanelProps {
  readonly client: SessionClient;
  /** What can be done about somebody, in the menu on their name. */
  readonly personEntries?: (memberId: string) => readonly MenuEntry[];
}

/** The panel where people talk, and how much of it somebody has not seen. */
export function useChatPanel(props: ChatPanelProps): Panel {
  const { t } = useTranslation();
  const room = roomOf(props.client);
  const unread = useClientValue(room, (state) => state.unread) ?? 0;
  return { id: 'chat', label: t('chat.tab'), badge: null, unread, onSeen: room.seen, render: () => <ChatPanel {...props} /> };
}
