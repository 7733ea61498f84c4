import './chat-panel-words.ts';
import './chat-panel.css';
import type { ReactNode } from 'react';
import { ChatOptions } from './chat-options.tsx';
import { type ChatViewProps, ChatViewProvider, useChat, useNewChatView } from './chat-view.ts';
import { Composer } from './composer/composer.tsx';
import { ChatList } from './list/chat-list.tsx';
import { QuickReactions } from './reactions/quick-reactions.tsx';

export interface ChatPanelProps extends ChatViewProps {
  /** What follows what was done about somebody by their menu. */
  readonly personNews: ReactNode;
}

/** What people say to each other, and where one says something oneself. */
export function ChatPanel({ personNews, ...props }: ChatPanelProps) {
  const view = useNewChatView(props);
  const canWrite = useChat(view.room, (state) => state.canWrite);
  return (
    <ChatViewProvider value={view}>
      <div data-chat className="flex min-h-0 flex-1 flex-col">
        <ChatList />
        {personNews}
        <div className="shrink-0 border-t border-line pb-[max(0.375rem,env(safe-area-inset-bottom))]">
          <QuickReactions reactions={view.room.reactions} disabled={!canWrite} className="px-2" />
          <div className="ps-0.5 pe-2">
            <Composer start={<ChatOptions />} />
          </div>
        </div>
      </div>
    </ChatViewProvider>
  );
}
