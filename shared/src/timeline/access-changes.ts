import { CodedError, HOSTS_MAX } from '../protocol/index.ts';
import type { Change, DecisionContext, SessionAction } from './change.ts';
import { isShutOut } from './door.ts';
import { changePeople, requireKnown } from './people-changes.ts';
import { actsAsOwner, holdersOf, isHost, ownsNow, roleOf, takeOverAtMs, timeOutUntilMs } from './permissions.ts';
import { unrestricted } from './restrictions.ts';
import type { SessionRecord } from './session-record.ts';

/** What a command about settings, roles or people makes of a session. @throws CodedError as it is refused */
export function changeAccess(record: SessionRecord, action: SessionAction, context: DecisionContext): Change {
  const { access } = record;
  const { actor } = context;
  switch (action.kind) {
    case 'control':
    case 'rights':
    case 'rename':
    case 'door':
    case 'new-link':
      if (!isHost(access, actor.memberId)) throw new CodedError('forbidden', 'Only hosts may do this.');
      return changeSettings(record, action, context);
    case 'role':
      return changeRole(record, action, context);
    case 'hand-over':
      return handOver(record, action.memberId, context);
    case 'take-over':
      return takeOver(record, context);
    case 'end':
      requireOwner(record, actor.memberId);
      return { ended: true };
    default:
      if (!isHost(access, actor.memberId)) throw new CodedError('forbidden', 'Only hosts may do this.');
      return changePeople(record, action, context);
  }
}

function requireOwner({ access }: SessionRecord, memberId: string): void {
  if (roleOf(access, memberId) !== 'owner') throw new CodedError('forbidden', 'Only the owner may do this.');
}

type Setting = Extract<SessionAction, { readonly kind: 'control' | 'rights' | 'rename' | 'door' | 'new-link' }>;

function changeSettings({ access }: SessionRecord, action: Setting, { actor, linkKey }: DecisionContext): Change {
  switch (action.kind) {
    case 'control':
    case 'rights': {
      const [right, holders] = action.kind === 'control' ? (['control', action.control] as const) : [action.right, action.holders];
      const before = holdersOf(access, right);
      // What is the owner's alone is the owner's to give.
      if ((before === 'owner' || holders === 'owner') && before !== holders && !ownsNow(access, actor.memberId)) {
        throw new CodedError('forbidden', 'Only the owner may do this.');
      }
      if (before === holders) return {};
      const log = { kind: action.kind, detail: action.kind === 'control' ? holders : `${right} ${holders}` } as const;
      return { access: right === 'control' ? { control: holders } : { rights: { ...access.rights, [right]: holders } }, log };
    }
    case 'rename':
      return { record: { named: true }, ...(action.name === access.name ? {} : { access: { name: action.name } }) };
    case 'door':
      return action.door === (access.door ?? 'open') ? {} : { access: { door: action.door }, log: { kind: 'door', detail: action.door } };
    case 'new-link':
      return { access: { linkVersion: (access.linkVersion ?? 0) + 1 }, record: { linkKey }, log: { kind: 'new-link' } };
  }
}

function changeRole(record: SessionRecord, action: Extract<SessionAction, { readonly kind: 'role' }>, context: DecisionContext): Change {
  const { access } = record;
  const { memberId, role } = action;
  if (!ownsNow(access, context.actor.memberId)) throw new CodedError('forbidden', 'Only the owner may do this.');
  if (memberId === access.ownerId) throw new CodedError('conflict', 'The owner stays the owner.');
  requireKnown(record, memberId, context);
  if (isShutOut(record, memberId)) throw new CodedError('conflict', 'This person was removed.');
  const others = access.hostIds.filter((id) => id !== memberId);
  if (role === 'host' && others.length >= HOSTS_MAX) throw new CodedError('conflict', 'There are enough hosts.');
  if (access.hostIds.includes(memberId) === (role === 'host')) return {};
  return {
    access: { hostIds: role === 'host' ? [...others, memberId] : others },
    log: { kind: 'role', targetId: memberId, detail: role },
  };
}

/** The owner makes somebody else the owner, and is a host from then on. Nobody mutes an owner, so nobody has muted this one. */
function handOver(record: SessionRecord, memberId: string, context: DecisionContext): Change {
  const { ownerId, hostIds } = record.access;
  requireOwner(record, context.actor.memberId);
  if (memberId === ownerId) return {};
  requireKnown(record, memberId, context);
  if (isShutOut(record, memberId)) throw new CodedError('conflict', 'This person was removed.');
  const others = hostIds.filter((id) => id !== memberId).slice(-(HOSTS_MAX - 1));
  return {
    access: {
      ...unrestricted(record, memberId)?.access,
      ownerId: memberId,
      hostIds: [...others, ownerId],
      // Of the owner before.
      actingOwnerId: undefined,
      ownerAwaySinceMs: undefined,
    },
    log: { kind: 'hand-over', targetId: memberId },
  };
}

/** Where hosts alone control and none is there, any member who is there may act as one until one is back. */
function takeOver({ access }: SessionRecord, { actor, nowMs }: DecisionContext): Change {
  if (actsAsOwner(access, actor.memberId)) return {};
  const atMs = takeOverAtMs(access);
  if (atMs === null || nowMs < atMs) throw new CodedError('forbidden', 'A host runs this party.');
  const isHeld = timeOutUntilMs(access, actor.memberId, nowMs) !== null || access.mutedIds?.includes(actor.memberId) === true;
  if (isHeld) throw new CodedError('forbidden', 'This is for others now.');
  return { access: { actingOwnerId: actor.memberId }, log: { kind: 'take-over' } };
}
