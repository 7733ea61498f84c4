import type { Look } from '../../protocol/index.ts';
import { createHostCommands, type HostCommands, type HostCommandsDeps } from './host-commands.ts';
import type { SeekCoalescer } from './seek-coalescer.ts';
import type { SessionClient } from './session-client.types.ts';
import type { SessionModel } from './session-model.ts';

export interface SessionCommandsDeps extends HostCommandsDeps {
  readonly model: SessionModel;
  readonly seeks: SeekCoalescer;
  /** As whom this client joins, also later. */
  readonly own: { name: string; look: Look | undefined };
  /** Where the own player is now, in seconds. */
  positionS(): number | null;
}

/** The commands of a session client. */
export type SessionCommands = Pick<
  SessionClient,
  'play' | 'pause' | 'seek' | 'setRate' | 'load' | 'restoreMedia' | 'rename' | 'end' | 'setOwnName' | 'setOwnLook' | keyof HostCommands
>;

export function createSessionCommands(deps: SessionCommandsDeps): SessionCommands {
  const { model, seeks, own, command } = deps;
  return {
    async play() {
      // At its end "play" means: from the beginning.
      if (model.health?.phase === 'ended') {
        const outcome = await command('playback:command', { kind: 'seek', positionS: 0 });
        if (!outcome.ok || model.playback?.timeline.playing) return outcome;
      }
      return command('playback:command', { kind: 'play' });
    },
    pause() {
      const seenPositionS = deps.positionS();
      return command('playback:command', { kind: 'pause', ...(seenPositionS === null ? {} : { seenPositionS }) });
    },
    seek: (positionS) => seeks.seek(Math.max(0, positionS)),
    setRate: (rate) => command('playback:command', { kind: 'rate', rate }),
    load: (media, positionS) => command('playback:command', { kind: 'load', media, ...(positionS === undefined ? {} : { positionS }) }),
    restoreMedia: () => command('playback:command', { kind: 'restore-media' }),
    ...createHostCommands(deps),
    rename: (name) => command('session:command', { kind: 'rename', name }),
    end: () => command('session:command', { kind: 'end' }),
    async setOwnName(name) {
      const outcome = await command('session:command', { kind: 'own-name', name });
      if (outcome.ok) own.name = name;
      return outcome;
    },
    async setOwnLook(look) {
      const outcome = await command('session:command', { kind: 'own-look', look });
      if (outcome.ok) own.look = look;
      return outcome;
    },
  };
}
