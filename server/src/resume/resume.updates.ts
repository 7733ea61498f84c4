import type { ResumeEntry } from '@cowatch/shared/protocol';
import type { ResumeDevice } from '@cowatch/shared/resume';
import type { AppServer, AppSocket } from '../platform/socket/socket.types.ts';

/** Updates to the screens of one viewer, on every instance. Best effort: a screen that missed one reads again. */
export interface ResumeUpdates {
  titleUpdated(viewerId: string, contentId: string, entry: ResumeEntry | null): void;
  rowChanged(viewerId: string): void;
  superseded(viewerId: string, contentId: string, device: ResumeDevice): void;
}

/** Socket.IO room of the connections of one viewer, on every instance. */
export const roomOf = (viewerId: string) => `viewer:${viewerId}`;

/** Subscribes a socket to the updates of its viewer. */
export function follow(socket: AppSocket): void {
  void socket.join(roomOf(socket.data.viewerId));
}

export function createResumeUpdates(io: Pick<AppServer, 'to'>): ResumeUpdates {
  const to = (viewerId: string) => io.to(roomOf(viewerId));
  return {
    titleUpdated: (viewerId, contentId, entry) => void to(viewerId).emit('resume:updated', { contentId, entry }),
    rowChanged: (viewerId) => void to(viewerId).emit('continue:changed', {}),
    superseded: (viewerId, contentId, device) => void to(viewerId).emit('resume:superseded', { contentId, device }),
  };
}
