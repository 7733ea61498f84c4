import type { SessionClient } from '@cowatch/shared/client';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../lib/hooks/use-client-value.ts';
import type { Panel } from '../../ui/panels.tsx';
import { roomOf } from './chat-room.ts';

/**
 * The panel where people talk, and how much of it somebody has not seen.
 *
 * @param render the `ChatPanel`, with what can be done about people here
 */
export function useChatPanel(client: SessionClient, render: Panel['render']): Panel {
  const { t } = useTranslation();
  const room = roomOf(client);
  const unread = useClientValue(room, (state) => state.unread) ?? 0;
  return { id: 'chat', label: t('chat.tab'), badge: null, unread, onSeen: room.seen, render };
}
