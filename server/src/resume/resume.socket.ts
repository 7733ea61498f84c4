import { deviceCommandSchema, deviceHelloSchema, resumeSaveSchema, resumeStartSchema } from '@cowatch/shared/protocol';
import type { IdentityDirectory } from '../accounts/index.ts';
import type { SocketPlatform } from '../platform/socket/socket.types.ts';
import { COMMAND_LIMIT, HELLO_LIMIT, SAVE_LIMIT, START_LIMIT } from './resume.limits.ts';
import type { ResumeService } from './resume.service.ts';
import { follow } from './resume.updates.ts';
import { Screens } from './screens.ts';

/** The socket commands of resume: parse, call, reply. */
export function registerResumeSocket(
  sockets: SocketPlatform,
  resume: ResumeService,
  directory: Pick<IdentityDirectory, 'deviceName'>,
): void {
  const screens = new Screens(sockets);
  sockets.onCommand('device:hello', {
    schema: deviceHelloSchema,
    limit: HELLO_LIMIT,
    async handle(message, { socket, viewerId, receivedAtMs }) {
      follow(socket);
      const { deviceId } = socket.data;
      const named = deviceId === null ? null : await directory.deviceName(deviceId);
      // Signed in, it is called what the list of the account calls it.
      const device = { id: message.device.id, name: named || message.device.name };
      const others = await screens.hello(socket, { ...message, device }, receivedAtMs);
      return { viewerId, serverMs: receivedAtMs, name: device.name, screens: others };
    },
  });
  sockets.onCommand('device:command', {
    schema: deviceCommandSchema,
    limit: COMMAND_LIMIT,
    handle: (message, { viewerId }) => screens.command(viewerId, message),
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
