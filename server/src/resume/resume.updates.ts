import type { ResumeEntry } from '@cowatch/shared/protocol';
import type { ResumeDevice } from '@cowatch/shared/resume';
import type { AppServer, AppSocket } from '../platform/socket/socket.types.ts';

/** Tells the devices of one viewer what happens to their titles. Best effort: whoever missed something asks. */
export interface ResumeNews {
  updated(viewerId: string, contentId: string, entry: ResumeEntry | null): void;
  rowChanged(viewerId: string): void;
  superseded(viewerId: string, contentId: string, device: ResumeDevice): void;
}

/** Socket.IO room of the devices of one viewer, on whatever instance. */
export const roomOf = (viewerId: string) => `viewer:${viewerId}`;

/** From now on a socket hears of its viewer's titles. */
export function follow(socket: AppSocket): void {
  void socket.join(roomOf(socket.data.viewerId));
}

/** Before there are sockets there is nobody to tell. */
export function createResumeNews(server: () => AppServer | null): ResumeNews {
  const to = (viewerId: string) => server()?.to(roomOf(viewerId));
  return {
    updated: (viewerId, contentId, entry) => void to(viewerId)?.emit('resume:updated', { contentId, entry }),
    rowChanged: (viewerId) => void to(viewerId)?.emit('continue:changed', {}),
    superseded: (viewerId, contentId, device) => void to(viewerId)?.emit('resume:superseded', { contentId, device }),
  };
}
