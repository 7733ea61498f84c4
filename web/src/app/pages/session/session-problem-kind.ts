import type { SessionState } from '@cowatch/shared/client';
import type { LinkTrouble } from '../../../lib/http/knock.ts';
import type { SessionProblemKind } from './session-problem.tsx';

/**
 * Why the party itself cannot be shown, or null where it can. A broken link is no reason once the party is there: the
 * video plays on, and the pill says it.
 *
 * @param slow joining has taken longer than people like to wait
 * @param trouble what stands in the way of the live connection, as far as it is known
 */
export function sessionProblem(
  { connection, error, playback, removed }: Pick<SessionState, 'connection' | 'error' | 'playback' | 'removed'>,
  slow: boolean,
  trouble: LinkTrouble | null = null,
): SessionProblemKind | null {
  if (connection === 'removed') return removed === 'kicked' ? 'removed' : 'notOpen';
  if (connection === 'ended') return 'ended';
  if (connection === 'failed') {
    switch (error?.code) {
      case 'not_found':
        return 'notFound';
      case 'gone':
        return 'ended';
      case 'forbidden':
        return 'notOpen';
      case 'session_full':
        return 'full';
      case 'upgrade_required':
        return 'upgrade';
      case 'unauthenticated':
        return 'noCookie';
      default:
        // Refused for good, and for nothing that the person or their network could do anything about.
        return 'server';
    }
  }
  if (playback !== null || connection === 'knocking') return null;
  if (trouble?.kind === 'blocked' || trouble?.kind === 'wrongAddress') return trouble.kind;
  if (!slow) return null;
  return trouble?.kind === 'busy' ? 'server' : 'connect';
}

/** Is this page shown inside another one? */
export const isFramed = () => window.top !== window;
