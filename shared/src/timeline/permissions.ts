import {
  type Access,
  CodedError,
  type PlaybackCommand,
  type Right,
  type RightHolder,
  type Role,
  type SessionCommand,
  type SubtitleAction,
  TAKE_OVER_MS,
} from '../protocol/index.ts';

/** Who has a right where the party has not said. Replacing what is on is not pressing pause: it is for hosts. */
export const RIGHTS_BY_DEFAULT: Readonly<Record<Right, RightHolder>> = {
  control: 'everyone',
  video: 'hosts',
  queue: 'everyone',
  chat: 'everyone',
  invite: 'everyone',
};

/** Who has a right in a party. */
export function holdersOf(access: Access, right: Right): RightHolder {
  return right === 'control' ? access.control : (access.rights?.[right] ?? RIGHTS_BY_DEFAULT[right]);
}

/** What a person is in a session. Who acts as the owner is a host: the owner stays the owner. */
export function roleOf(access: Access, memberId: string): Role {
  if (memberId === access.ownerId) return 'owner';
  return memberId === access.actingOwnerId || access.hostIds.includes(memberId) ? 'host' : 'member';
}

/** Owner and hosts: they run the party. */
export function isHost(access: Access, memberId: string): boolean {
  return roleOf(access, memberId) !== 'member';
}

/** Is this the owner, or who acts as one? */
export function actsAsOwner(access: Access, memberId: string): boolean {
  return memberId === access.ownerId || memberId === access.actingOwnerId;
}

/**
 * Is this the owner, or a host who acts as one? A member who acts while no host is there runs the party, and takes it from
 * nobody: they neither give roles nor moderate hosts.
 */
export function ownsNow(access: Access, memberId: string): boolean {
  return memberId === access.ownerId || (memberId === access.actingOwnerId && access.hostIds.includes(memberId));
}

/** Is this person among those who hold a right, whatever keeps them from using it? */
function isHolder(access: Access, memberId: string, right: Right): boolean {
  switch (holdersOf(access, right)) {
    case 'everyone':
      return true;
    case 'hosts':
      return isHost(access, memberId);
    case 'owner':
      return actsAsOwner(access, memberId);
  }
}

/** Until when somebody's time-out lasts, in cluster milliseconds; null where they have none. */
export function timeOutUntilMs(access: Access, memberId: string, nowMs: number): number | null {
  const untilMs = access.timeOuts?.find((timeOut) => timeOut.memberId === memberId)?.untilMs ?? Number.NEGATIVE_INFINITY;
  return untilMs > nowMs ? untilMs : null;
}

const FOR: Readonly<Record<Right, string>> = {
  control: 'control this party',
  video: 'change the video',
  queue: 'change the queue',
  chat: 'write in this party',
  invite: 'invite people to this party',
};

/**
 * Why somebody may not make use of a right now; null where they may.
 * @param nowMs cluster milliseconds: a time-out ends by itself
 */
export function rightRefusal(access: Access, memberId: string, right: Right, nowMs: number): CodedError | null {
  if (!isHolder(access, memberId, right)) {
    const who = holdersOf(access, right) === 'owner' ? 'Only the owner may' : 'Only hosts may';
    return new CodedError('forbidden', `${who} ${FOR[right]}.`);
  }
  if (right === 'invite') return null;
  const untilMs = timeOutUntilMs(access, memberId, nowMs);
  if (untilMs !== null) {
    const leftMs = Math.ceil(untilMs - nowMs);
    const minutes = Math.ceil(leftMs / 60_000);
    const until = minutes === 1 ? 'less than a minute' : `${minutes} minutes`;
    return new CodedError('forbidden', `A host gave you a time-out. It ends in ${until}; until then you may watch.`, leftMs, 'time_out');
  }
  if (right !== 'chat' || !access.mutedIds?.includes(memberId)) return null;
  return new CodedError('forbidden', 'A host has muted you: you may not write until a host lets you.', undefined, 'muted');
}

/** May this person make use of this right now? As `rightRefusal` says. */
export function hasRight(access: Access, memberId: string, right: Right, nowMs: number): boolean {
  return rightRefusal(access, memberId, right, nowMs) === null;
}

/** May this person play, pause, seek and change speed? */
export function canControl(access: Access, memberId: string, nowMs: number): boolean {
  return hasRight(access, memberId, 'control', nowMs);
}

/**
 * May `actorId` mute, time out, kick or ban `targetId`? Hosts may, but nobody the owner or themselves, and one host another
 * only as the owner, or as a host who acts as one.
 */
export function canModerate(access: Access, actorId: string, targetId: string): boolean {
  if (actorId === targetId || targetId === access.ownerId) return false;
  return ownsNow(access, actorId) || (isHost(access, actorId) && !isHost(access, targetId));
}

/**
 * From when on members may take over, in cluster milliseconds: where hosts alone control and none has been there for a while.
 * Null where there is nothing to take over.
 */
export function takeOverAtMs({ control, hostsAwaySinceMs, actingOwnerId }: Access): number | null {
  if (control === 'everyone' || hostsAwaySinceMs === undefined || actingOwnerId !== undefined) return null;
  return hostsAwaySinceMs + TAKE_OVER_MS;
}

/**
 * Does this command take something from somebody: the party, their place in it, a role, a right, what
 * they read? Undone by a crash it would give
 * back what everybody believes to be gone; so it is never acknowledged before it is durable.
 */
export function isRevocation(command: PlaybackCommand | SessionCommand | SubtitleAction): boolean {
  switch (command.kind) {
    case 'end':
    case 'kick':
    case 'ban':
    case 'new-link':
    case 'hand-over':
    case 'remove-subtitles':
      return true;
    case 'role':
      return command.role === 'member';
    case 'control':
      return command.control !== 'everyone';
    case 'rights':
      return command.holders !== 'everyone';
    case 'door':
      return command.door !== 'open';
    case 'mute':
      return command.muted;
    case 'time-out':
      return command.minutes > 0;
    default:
      return false;
  }
}
