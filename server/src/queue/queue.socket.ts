import { queueCommandSchema, queueListSchema } from '@cowatch/shared/protocol';
import type { SocketPlatform } from '../platform/socket/socket.types.ts';
import type { Members } from '../sessions/index.ts';
import { QUEUE_LIMIT, QUEUE_LIST_LIMIT } from './queue.limits.ts';
import type { QueueService } from './queue.service.ts';

/** The socket commands of the queue: parse, call, reply. */
export function registerQueueSocket(sockets: SocketPlatform, members: Pick<Members, 'require'>, queues: QueueService): void {
  sockets.onCommand('queue:command', {
    schema: queueCommandSchema,
    limit: QUEUE_LIMIT,
    handle(command, { socket, receivedAtMs }) {
      const { memberId, name } = members.require(socket, command.sessionId);
      return queues.command(command.sessionId, { memberId, name }, command, receivedAtMs);
    },
  });
  sockets.onCommand('queue:list', {
    schema: queueListSchema,
    limit: QUEUE_LIST_LIMIT,
    handle({ sessionId, part }, { socket, receivedAtMs }) {
      const { memberId } = members.require(socket, sessionId);
      return part === 'queue' ? queues.list(sessionId, memberId, receivedAtMs) : queues.history(sessionId, receivedAtMs);
    },
  });
}
