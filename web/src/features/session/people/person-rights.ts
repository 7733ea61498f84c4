import type { OwnStanding } from '@cowatch/shared/client';
import type { Access, Member } from '@cowatch/shared/protocol';
import { canModerate, isHost, timeOutUntilMs } from '@cowatch/shared/timeline';

/** Somebody as they are named where something is done about them; they may have left. */
export type Person = Pick<Member, 'memberId' | 'name' | 'role'>;

/** What one may do about somebody else here. */
export interface PersonRights {
  /** Make them a host, and take that back. */
  readonly changeRole: boolean;
  /** Make them the owner, and stop being it. */
  readonly handOver: boolean;
  /** Mute, time out, remove and ban them. */
  readonly moderate: boolean;
}

const NONE: PersonRights = { changeRole: false, handOver: false, moderate: false };

/** By the rules that the server decides with: what is offered is what is not refused. */
export function rightsOver({ memberId }: Pick<Member, 'memberId'>, access: Access | null, you: OwnStanding | null): PersonRights {
  if (access === null || you === null || memberId === you.memberId) return NONE;
  return {
    changeRole: you.ownsNow && memberId !== access.ownerId,
    handOver: you.role === 'owner',
    moderate: isHost(access, you.memberId) && canModerate(access, you.memberId, memberId),
  };
}

/** What hosts have taken from somebody for now. */
export interface PersonLimits {
  readonly muted: boolean;
  /** What is left of a time-out, in milliseconds; null where there is none. */
  readonly timeOutLeftMs: number | null;
}

/** @param nowMs cluster milliseconds; null before the clock is known: a time-out may have ended by then */
export function limitsOf({ memberId }: Pick<Member, 'memberId'>, access: Access | null, nowMs: number | null): PersonLimits {
  const untilMs = access === null || nowMs === null ? null : timeOutUntilMs(access, memberId, nowMs);
  return {
    muted: access?.mutedIds?.includes(memberId) === true,
    timeOutLeftMs: untilMs === null || nowMs === null ? null : untilMs - nowMs,
  };
}
