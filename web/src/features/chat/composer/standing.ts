import type { SessionClient } from '@cowatch/shared/client';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { useTicks } from '../../../lib/hooks/use-ticks.ts';
import type { ChatRoom } from '../chat-room.ts';
import { useChat, useRoom } from '../chat-view.ts';

/** Whether somebody can write now, and if not, why. */
export type Standing =
  | { readonly kind: 'free' }
  /** What they write is sent once the connection is back. */
  | { readonly kind: 'offline' }
  /** Slow mode: for so many milliseconds yet. */
  | { readonly kind: 'wait'; readonly forMs: number }
  | { readonly kind: 'forbidden' };

/** How often the countdown is told anew, in milliseconds. */
const COUNT_MS = 500;

export function useStanding(client: SessionClient, room: ChatRoom): Standing {
  const canWrite = useChat(room, (state) => state.canWrite);
  const nextLineAtMs = useChat(room, (state) => state.nextLineAtMs);
  const editing = useRoom(room, (state) => state.draft.editing !== null);
  const connected = useClientValue(client, ({ connection }) => connection === 'joined') ?? false;
  const forMs = editing ? 0 : nextLineAtMs - (client.clusterNowMs() ?? nextLineAtMs);
  useTicks(forMs > 0, COUNT_MS);
  if (!connected) return { kind: 'offline' };
  if (!canWrite) return { kind: 'forbidden' };
  return forMs > 0 ? { kind: 'wait', forMs } : { kind: 'free' };
}
