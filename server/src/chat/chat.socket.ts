import { TYPING_MAX_PEOPLE } from '@cowatch/shared/chat';
import { chatCommandSchema, chatHistorySchema, chatSendSchema, chatTypingSchema, reactionSchema } from '@cowatch/shared/protocol';
import { z } from 'zod';
import type { ClusterBus } from '../platform/socket/cluster-bus.ts';
import type { CommandContext, SocketPlatform } from '../platform/socket/socket.types.ts';
import type { Members } from '../sessions/index.ts';
import type { ChatHistoryReader } from './chat.history.ts';
import { COMMAND_LIMIT, HISTORY_LIMIT, REACTION_LIMIT, SEND_LIMIT, TYPING_LIMIT } from './chat.limits.ts';
import type { ChatRooms } from './chat.rooms.ts';
import type { ChatService } from './chat.service.ts';
import type { Reactions } from './reactions.ts';

/** That somebody types, as instances publish it to each other. */
const TYPING = 'chat:typing';

const typingPublished = z.object({ sessionId: z.string(), memberId: z.string(), on: z.boolean() });

export interface ChatSocketDeps {
  readonly members: Members;
  readonly chat: ChatService;
  readonly rooms: ChatRooms;
  readonly history: ChatHistoryReader;
  readonly reactions: Reactions;
  readonly bus: ClusterBus;
}

/** Registers the commands of the chat and of reactions. */
export function registerChatSocket(sockets: SocketPlatform, { members, chat, rooms, history, reactions, bus }: ChatSocketDeps): void {
  const actor = ({ socket, viewerId }: CommandContext, sessionId: string) => ({ ...members.require(socket, sessionId, 'chat'), viewerId });
  sockets.onCommand('chat:send', {
    schema: chatSendSchema,
    limit: SEND_LIMIT,
    handle: (message, context) => chat.send(actor(context, message.sessionId), message, context.receivedAtMs),
  });
  sockets.onCommand('chat:command', {
    schema: chatCommandSchema,
    limit: COMMAND_LIMIT,
    handle: (message, context) => chat.command(actor(context, message.sessionId), message, context.receivedAtMs),
  });
  sockets.onCommand('chat:history', {
    schema: chatHistorySchema,
    limit: HISTORY_LIMIT,
    async handle(message, { socket }) {
      // Who may not write may read.
      members.require(socket, message.sessionId);
      return history.read(await rooms.opened(message.sessionId), message);
    },
  });
  sockets.onCommand('chat:typing', {
    schema: chatTypingSchema,
    limit: TYPING_LIMIT,
    handle({ sessionId, on }, context) {
      const { memberId } = actor(context, sessionId);
      if (members.count(sessionId) > TYPING_MAX_PEOPLE) return null;
      const message = { sessionId, memberId, on };
      bus.publishToRoom(members.room(sessionId), TYPING, message);
      members.tell(sessionId, 'chat:typing', message);
      return null;
    },
  });
  sockets.onCommand('reaction:send', {
    schema: reactionSchema,
    limit: REACTION_LIMIT,
    handle({ sessionId, emoji }, context) {
      const { memberId } = actor(context, sessionId);
      reactions.add(sessionId, memberId, emoji, context.receivedAtMs);
      return null;
    },
  });
}

/** Passes on who types on other instances; returns its stop. */
export function listenForTyping(bus: ClusterBus, members: Members): () => void {
  return bus.subscribe(TYPING, (message) => {
    const parsed = typingPublished.safeParse(message);
    if (parsed.success) members.tell(parsed.data.sessionId, 'chat:typing', parsed.data);
  });
}
