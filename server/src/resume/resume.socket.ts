import { deviceHelloSchema, resumeSaveSchema, resumeStartSchema } from '@cowatch/shared/protocol';
import type { SocketPlatform } from '../platform/socket/socket.types.ts';
import { HELLO_LIMIT, SAVE_LIMIT, START_LIMIT } from './resume.limits.ts';
import { follow } from './resume.news.ts';
import type { ResumeService } from './resume.service.ts';

/** The socket commands of resume: parse, call, reply. */
export function registerResumeSocket(sockets: SocketPlatform, resume: ResumeService): void {
  sockets.onCommand('device:hello', {
    schema: deviceHelloSchema,
    limit: HELLO_LIMIT,
    handle(_message, { socket, viewerId, receivedAtMs }) {
      follow(socket);
      return { viewerId, serverMs: receivedAtMs };
    },
  });
  sockets.onCommand('resume:save', {
    schema: resumeSaveSchema,
    limit: SAVE_LIMIT,
    async handle(message, { viewerId, receivedAtMs }) {
      return { serverMs: receivedAtMs, answers: await resume.save(viewerId, message, receivedAtMs) };
    },
  });
  sockets.onCommand('resume:start', {
    schema: resumeStartSchema,
    limit: START_LIMIT,
    async handle({ contentId, device }, { viewerId, receivedAtMs }) {
      return { serverMs: receivedAtMs, entry: await resume.start(viewerId, contentId, device, receivedAtMs) };
    },
  });
}
