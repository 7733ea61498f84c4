import type { Look, RosterPage } from '@cowatch/shared/protocol';
import type { LocalRoster } from './local-roster.ts';
import type { PresenceCount } from './presence-count.ts';
import type { RemotePresence } from './remote-presence.ts';

/**
 * Presence: who is in which session on all instances. Answers at once, from memory: the local roster where a session is
 * occupied here, which has what others published too; else the remote presence alone.
 */
export class Presence {
  readonly local: LocalRoster;
  readonly remote: RemotePresence;

  constructor(local: LocalRoster, remote: RemotePresence) {
    this.local = local;
    this.remote = remote;
  }

  count(sessionId: string): PresenceCount {
    return this.local.of(sessionId)?.count() ?? this.remote.count(sessionId);
  }

  /** How some of the people look, hosts first. */
  looks(sessionId: string, max: number): readonly Look[] {
    const here = this.local.of(sessionId)?.looks(max) ?? [];
    return here.length > 0 ? here : this.remote.looks(sessionId, max);
  }

  /** A page of people from `offset` on, of a session that is occupied here; may ask other instances, and goes without those who give no answer. */
  page(sessionId: string, offset: number): RosterPage | Promise<RosterPage> {
    const roster = this.local.of(sessionId);
    if (roster === undefined) throw new Error('nobody is in this session');
    const page = roster.page(offset);
    const beyond = offset - roster.named;
    return beyond < 0 ? page : this.remote.fillPage(sessionId, page, offset, beyond);
  }
}
