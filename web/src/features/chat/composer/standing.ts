import type { SessionClient } from '@cowatch/shared/client';
import { holdersOf } from '@cowatch/shared/timeline';
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
  | { readonly kind: 'forbidden'; readonly why: 'muted' | 'hosts' | 'owner' }
  /** A host has taken writing away for so many milliseconds yet. */
  | { readonly kind: 'timeOut'; readonly forMs: number };

/** The box is closed: what is written now could not be sent. */
export const isClosed = ({ kind }: Standing): boolean => kind === 'forbidden' || kind === 'timeOut';

/** How often the countdown is told anew, in milliseconds. */
const COUNT_MS = 500;

export function useStanding(client: SessionClient, room: ChatRoom): Standing {
  const canWrite = useChat(room, (state) => state.canWrite);
  const nextLineAtMs = useChat(room, (state) => state.nextLineAtMs);
  const editing = useRoom(room, (state) => state.draft.editing !== null);
  const connected = useClientValue(client, ({ connection }) => connection === 'joined') ?? false;
  const forMs = editing ? 0 : nextLineAtMs - (client.clusterNowMs() ?? nextLineAtMs);
  const timeOutUntilMs = useClientValue(client, ({ you }) => you?.timeOutUntilMs ?? null);
  const isMuted = useClientValue(client, ({ you }) => you?.muted ?? false);
  const holders = useClientValue(client, ({ access }) => (access === null ? null : holdersOf(access, 'chat')));
  useTicks(forMs > 0 || timeOutUntilMs !== null, COUNT_MS);
  if (!connected) return { kind: 'offline' };
  if (!canWrite) {
    if (isMuted) return { kind: 'forbidden', why: 'muted' };
    if (timeOutUntilMs !== null) return { kind: 'timeOut', forMs: Math.max(0, timeOutUntilMs - (client.clusterNowMs() ?? timeOutUntilMs)) };
    return { kind: 'forbidden', why: holders === 'owner' ? 'owner' : 'hosts' };
  }
  return forMs > 0 ? { kind: 'wait', forMs } : { kind: 'free' };
}
