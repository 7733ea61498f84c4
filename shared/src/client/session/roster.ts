import type { Look, Member, PresenceChange, Role, RosterPage } from '../../protocol/index.ts';

const ROLE_ORDER: Readonly<Record<Role, number>> = { owner: 0, host: 1, member: 2 };

/** What a presence message meant for the roster. */
export interface RosterChange {
  /** A revision was missed: ask for the roster. */
  readonly gap: boolean;
  readonly joined: readonly string[];
  readonly left: readonly string[];
}

/** Roster of a session, as far as this client knows it. */
export class Roster {
  #members = new Map<string, Member>();
  #revision = -1;
  #count = 0;
  #nextOffset: number | null = null;
  #sorted: readonly Member[] | null = null;

  get members(): readonly Member[] {
    this.#sorted ??= [...this.#members.values()].sort(
      (a, b) => ROLE_ORDER[a.role] - ROLE_ORDER[b.role] || a.name.localeCompare(b.name) || (a.memberId < b.memberId ? -1 : 1),
    );
    return this.#sorted;
  }

  get count(): number {
    return this.#count;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Where the next page begins; null when everybody is known. */
  get nextOffset(): number | null {
    return this.#nextOffset;
  }

  nameOf(memberId: string): string | null {
    return this.#members.get(memberId)?.name ?? null;
  }

  lookOf(memberId: string): Look | null {
    return this.#members.get(memberId)?.look ?? null;
  }

  /** Takes a page: the first replaces what was known, later ones add to it. */
  page(page: RosterPage, first: boolean): void {
    if (first) this.#members.clear();
    for (const member of page.members) this.#members.set(member.memberId, member);
    this.#revision = page.revision;
    this.#count = page.count;
    this.#nextOffset = page.nextOffset;
    this.#sorted = null;
  }

  change(change: PresenceChange): RosterChange {
    if (change.revision <= this.#revision) return { gap: false, joined: [], left: [] };
    const gap = change.revision !== this.#revision + 1;
    const joined: string[] = [];
    const left: string[] = [];
    for (const member of change.changed) {
      if (!this.#members.has(member.memberId)) joined.push(member.name);
      this.#members.set(member.memberId, member);
    }
    for (const memberId of change.left) {
      const name = this.nameOf(memberId);
      if (name !== null) left.push(name);
      this.#members.delete(memberId);
    }
    this.#revision = change.revision;
    this.#count = change.count;
    this.#sorted = null;
    return { gap, joined, left };
  }
}
