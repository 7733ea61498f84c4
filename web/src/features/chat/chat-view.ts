import type { SessionClient } from '@cowatch/shared/client';
import type { Access, Member } from '@cowatch/shared/protocol';
import { roleOf } from '@cowatch/shared/timeline';
import { createContext, useContext, useMemo } from 'react';
import { useClientValue } from '../../lib/hooks/use-client-value.ts';
import type { MenuEntry } from '../../ui/overlays/menu.types.ts';
import { type ChatRoom, roomOf } from './chat-room.ts';

export interface ChatViewProps {
  readonly client: SessionClient;
  /** What else can be done about somebody; the chat itself knows how to mention them. */
  readonly personEntries?: ((person: Pick<Member, 'memberId' | 'name'>) => readonly MenuEntry[]) | undefined;
}

/** What the parts of a chat know of the party around it. */
export interface ChatView extends ChatViewProps {
  readonly room: ChatRoom;
  readonly you: string | null;
  readonly members: readonly Member[];
  readonly isHost: boolean;
  /** Is this member a host? As they are now: it is a mark of the interface, and nothing that a name can say. */
  hostMark(memberId: string): boolean;
  readonly canJump: boolean;
  jump(positionS: number): void;
  readonly mediaId: string | null;
  readonly durationS: number | null;
}

const Context = createContext<ChatView | null>(null);
export const ChatViewProvider = Context.Provider;

export function useChatView(): ChatView {
  const view = useContext(Context);
  if (view === null) throw new Error('There is no chat around this');
  return view;
}

/** The chat of a party, for its parts. */
export function useNewChatView({ client, personEntries }: ChatViewProps): ChatView {
  const you = useClientValue(client, (state) => state.you);
  const members = useClientValue(client, (state) => state.members) ?? NOBODY;
  const access = useClientValue(client, (state) => state.access);
  const media = useClientValue(client, (state) => state.playback?.media ?? null);
  return useMemo(
    () => ({
      client,
      room: roomOf(client),
      personEntries,
      you: you?.memberId ?? null,
      members,
      isHost: you !== null && you.role !== 'member',
      hostMark: (memberId) => isHostOf(access, memberId),
      canJump: you?.canControl ?? false,
      jump: (positionS) => void client.seek(positionS),
      mediaId: media?.id ?? null,
      durationS: media?.durationS ?? null,
    }),
    [client, personEntries, you, members, access, media],
  );
}

const NOBODY: readonly Member[] = [];

const isHostOf = (access: Access | null, memberId: string) => access !== null && roleOf(access, memberId) !== 'member';

/** One value of the room's own state. */
export function useRoom<T>(room: ChatRoom, select: (state: ChatRoom['state']) => T): T {
  return useClientValue(room, select) as T;
}

/** One value of the chat's state. */
export function useChat<T>(room: ChatRoom, select: (state: ChatRoom['chat']['state']) => T): T {
  return useClientValue(room.chat, select) as T;
}
