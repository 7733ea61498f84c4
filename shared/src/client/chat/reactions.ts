import { Listeners } from '../../listeners.ts';
import type { TypedConnection } from '../connection/typed-connection.ts';
import type { ReactionClient, Reactions } from './chat.types.ts';

export interface ReactionsDeps {
  readonly connection: TypedConnection;
  readonly sessionId: string;
}

/** Reactions of a session: nothing of them is kept. */
export function createReactionClient({ connection, sessionId }: ReactionsDeps): ReactionClient {
  const bursts = new Listeners<[Reactions]>();
  connection.on('reaction:burst', (message) => {
    if (message.sessionId !== sessionId) return;
    bursts.emit({ counts: new Map(Object.entries(message.counts)), from: message.from ?? null });
  });
  return {
    async send(emoji) {
      const answer = await connection.ask('reaction:send', { sessionId, emoji });
      return answer.ok ? { ok: true } : answer;
    },
    onBurst: bursts.add,
  };
}
