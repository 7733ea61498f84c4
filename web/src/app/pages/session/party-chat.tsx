import type { SessionClient } from '@cowatch/shared/client';
import { ChatPanel } from '../../../features/chat/chat-panel.tsx';
import { usePersonMenu } from '../../../features/session/people/use-person-menu.tsx';

/** The chat, in which a name offers what it offers in the list of people. */
export function PartyChat({ client }: { readonly client: SessionClient }) {
  return <ChatPanel client={client} {...usePersonMenu(client)} />;
}
