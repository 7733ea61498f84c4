import { deviceCommandSchema, deviceHelloSchema, resumeSaveSchema, resumeStartSchema } from '@cowatch/shared/protocol';
import type { SocketPlatform } from '../platform/socket/socket.types.ts';
import { Devices } from './devices.ts';
import { COMMAND_LIMIT, HELLO_LIMIT, SAVE_LIMIT, START_LIMIT } from './resume.limits.ts';
import { follow } from './resume.news.ts';
import type { ResumeService } from './resume.service.ts';

/** The socket commands of resume: parse, call, reply. */
export function registerResumeSocket(sockets: SocketPlatform, resume: ResumeService): void {
  const devices = new Devices(sockets);
  sockets.onCommand('device:hello', {
    schema: deviceHelloSchema,
    limit: HELLO_LIMIT,
    async handle(message, { socket, viewerId, receivedAtMs }) {
      follow(socket);
      return { viewerId, serverMs: receivedAtMs, screens: await devices.hello(socket, message, receivedAtMs) };
    },
  });
  sockets.onCommand('device:command', {
    schema: deviceCommandSchema,
    limit: COMMAND_LIMIT,
    handle: (message, { viewerId }) => devices.command(viewerId, message),
  });
  sockets.onCommand('resume:save', {
    schema: resumeSaveSchema,
    limit: SAVE_LIMIT,
    answersPerItem: 'items',
    async handle(message, { socket, receivedAtMs }) {
      return { serverMs: receivedAtMs, answers: await resume.save(socket.data, message, receivedAtMs) };
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
