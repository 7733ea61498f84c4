import type { Access, PlaybackCommand, Role, SessionCommand, SubtitleAction } from '../protocol/index.ts';

/** What a person is in a session. */
export function roleOf(access: Access, memberId: string): Role {
  if (memberId === access.ownerId) return 'owner';
  return access.hostIds.includes(memberId) ? 'host' : 'member';
}

/** Owner and hosts: they run the party whatever the control policy says. */
export function isHost(access: Access, memberId: string): boolean {
  return roleOf(access, memberId) !== 'member';
}

/** May this person play, pause, seek, change speed and load? */
export function canControl(access: Access, memberId: string): boolean {
  return access.control === 'everyone' || isHost(access, memberId);
}

/** What a party can grant: controlling playback, replacing what is on, changing the queue, writing in the chat, inviting. */
export type Right = 'control' | 'video' | 'queue' | 'chat' | 'invite';

/** Has this person this right here? */
export function hasRight(access: Access, memberId: string, right: Right): boolean {
  return right === 'control' || right === 'video' ? canControl(access, memberId) : true;
}

/** May `actorId` shut `targetId` out? Hosts may, but neither the owner, nor another host, nor themselves. */
export function canKick(access: Access, actorId: string, targetId: string): boolean {
  if (actorId === targetId || targetId === access.ownerId) return false;
  return actorId === access.ownerId || (isHost(access, actorId) && !isHost(access, targetId));
}

/**
 * Does this command take something from somebody: the party, their place in it, a role, what
 * they read? Undone by a crash it would give
 * back what everybody believes to be gone; so it is never acknowledged before it is durable.
 */
export function isRevocation(command: PlaybackCommand | SessionCommand | SubtitleAction): boolean {
  switch (command.kind) {
    case 'end':
    case 'kick':
    case 'remove-subtitles':
      return true;
    case 'role':
      return command.role === 'member';
    default:
      return false;
  }
}
