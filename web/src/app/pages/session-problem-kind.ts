import type { SessionState } from '@cowatch/shared/client';
import type { SessionProblemKind } from './session-problem.tsx';

/**
 * Why the party itself cannot be shown, or null where it can. A broken link is no reason once the party is there: the
 * video plays on, and the pill says it.
 *
 * @param slow joining has taken longer than people like to wait
 */
export function sessionProblem(
  { connection, error, playback }: Pick<SessionState, 'connection' | 'error' | 'playback'>,
  slow: boolean,
): SessionProblemKind | null {
  if (connection === 'removed') return 'removed';
  if (connection === 'ended') return 'ended';
  if (connection === 'failed') {
    switch (error?.code) {
      case 'not_found':
        return 'notFound';
      case 'gone':
        return 'ended';
      case 'forbidden':
        return 'removed';
      case 'session_full':
        return 'full';
      case 'upgrade_required':
        return 'upgrade';
      default:
        return 'connect';
    }
  }
  return slow && playback === null ? 'connect' : null;
}
