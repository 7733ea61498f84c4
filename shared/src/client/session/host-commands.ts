import type { TypedConnection } from '../connection/typed-connection.ts';
import type { CommandBodies } from './command-sender.ts';
import type { CommandOutcome, SessionClient } from './session-client.types.ts';

export interface HostCommandsDeps {
  readonly sessionId: string;
  readonly connection: Pick<TypedConnection, 'ask'>;
  command<E extends keyof CommandBodies>(event: E, body: CommandBodies[E]): Promise<CommandOutcome>;
}

/** What hosts do about rights, the door and people. */
export type HostCommands = Pick<
  SessionClient,
  | 'setControl'
  | 'setRight'
  | 'setDoor'
  | 'renewLink'
  | 'link'
  | 'setRole'
  | 'handOver'
  | 'takeOver'
  | 'setMuted'
  | 'timeOut'
  | 'kick'
  | 'ban'
  | 'unban'
  | 'admit'
  | 'moderation'
  | 'banReach'
>;

export function createHostCommands({ sessionId, connection, command }: HostCommandsDeps): HostCommands {
  const tell = (body: CommandBodies['session:command']) => command('session:command', body);
  return {
    setControl: (control) => tell({ kind: 'control', control }),
    setRight: (right, holders) => tell({ kind: 'rights', right, holders }),
    setDoor: (door) => tell({ kind: 'door', door }),
    renewLink: () => tell({ kind: 'new-link' }),
    link: () => connection.ask('session:link', { sessionId }),
    setRole: (memberId, role) => tell({ kind: 'role', memberId, role }),
    handOver: (memberId) => tell({ kind: 'hand-over', memberId }),
    takeOver: () => tell({ kind: 'take-over' }),
    setMuted: (memberId, muted) => tell({ kind: 'mute', memberId, muted }),
    timeOut: (memberId, minutes) => tell({ kind: 'time-out', memberId, minutes }),
    kick: (memberId) => tell({ kind: 'kick', memberId }),
    ban: (memberId, address) => tell({ kind: 'ban', memberId, address }),
    unban: (memberId) => tell({ kind: 'unban', memberId }),
    admit: (memberId, admit) => tell({ kind: 'admit', memberId, admit }),
    moderation: () => connection.ask('session:moderation', { sessionId }),
    banReach: (memberId) => connection.ask('session:ban-reach', { sessionId, memberId }),
  };
}
