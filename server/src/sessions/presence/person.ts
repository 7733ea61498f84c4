import type { Connection, SessionMembers } from '../membership/member.registry.ts';
import { type ConnectionHealth, mergeHealth } from '../session.domain.ts';
import type { Face } from './faces.domain.ts';
import type { PublishedPerson } from './published-presence.ts';

const NOBODY: Face = { name: '', look: { colour: 0, emoji: '' } };

/** One person in one session: their connections on this instance, and what other instances published of the rest. */
export class Person {
  readonly #memberId: string;
  readonly #members: SessionMembers;
  /** What was last announced of them to everybody here; null before the first time. */
  announced: (ConnectionHealth & { readonly atMs: number }) | null = null;
  /** By instance; made only where there is any, for most people are in one place. */
  #elsewhere: Map<string, PublishedPerson> | null = null;
  /** The newest of all their connections, and when they took it on. */
  #face: Face = NOBODY;
  #facedAtMs = Number.NEGATIVE_INFINITY;
  /** Since when they are there, in cluster milliseconds, as the instance knows that has seen them longest. */
  #sinceMs = Number.POSITIVE_INFINITY;
  #hasAccount = false;
  /** What they asked to be called here last; null where they were named elsewhere. */
  #wanted: string | null = null;

  constructor(memberId: string, members: SessionMembers) {
    this.#memberId = memberId;
    this.#members = members;
  }

  /** Their connections on this instance, as the registry has them. */
  get connections(): ReadonlySet<Connection> {
    return this.#members.of(this.#memberId);
  }

  get face(): Face {
    return this.#face;
  }

  get name(): string {
    return this.#face.name;
  }

  get facedAtMs(): number {
    return this.#facedAtMs;
  }

  /** Their face before anybody has given them one is no face. */
  get isFaced(): boolean {
    return this.#face !== NOBODY;
  }

  /** What they asked to be called, as far as this instance knows. */
  get wanted(): string {
    return this.#wanted ?? this.name;
  }

  /** What they are called already where they ask for this; null where they are to be named anew. */
  nameFor(wanted: string): string | null {
    return this.#wanted === wanted || this.name === wanted ? this.name : null;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  get hasAccount(): boolean {
    return this.#hasAccount;
  }

  /** They are there since then. */
  attends(sinceMs: number, hasAccount: boolean): void {
    this.#sinceMs = Math.min(this.#sinceMs, sinceMs);
    this.#hasAccount ||= hasAccount;
  }

  get connectionCount(): number {
    let count = this.connections.size;
    for (const { devices } of this.#elsewhere?.values() ?? []) count += devices;
    return count;
  }

  /** Is any of their connections on this instance? */
  get isHere(): boolean {
    return this.connections.size > 0;
  }

  get isAnywhere(): boolean {
    return this.isHere || this.#elsewhere !== null;
  }

  /** Takes a face given here: later than any other. */
  faced(face: Face, wanted: string, nowMs: number): void {
    this.#face = face;
    this.#wanted = wanted;
    this.#facedAtMs = Math.max(nowMs, this.#facedAtMs + 1);
  }

  /** How they are doing, by the connection that watches most, wherever it is. */
  health(): ConnectionHealth {
    return this.#elsewhere === null ? this.healthHere() : mergeHealth([this.healthHere(), ...this.#elsewhere.values()]);
  }

  healthHere(): ConnectionHealth {
    return mergeHealth(this.#healthsHere());
  }

  /** What another instance says of them; null when it does not speak of them any more. */
  setElsewhere(instanceId: string, published: PublishedPerson | null): void {
    if (published !== null) {
      this.#elsewhere ??= new Map();
      this.#elsewhere.set(instanceId, published);
      this.#learnFace(published);
      this.attends(published.sinceMs ?? Number.POSITIVE_INFINITY, published.hasAccount ?? false);
      return;
    }
    this.#elsewhere?.delete(instanceId);
    if (this.#elsewhere?.size === 0) this.#elsewhere = null;
  }

  /** What this instance publishes of them. */
  publish(): PublishedPerson {
    const { state, driftMs } = this.healthHere();
    const since = Number.isFinite(this.#sinceMs) ? { sinceMs: this.#sinceMs } : {};
    return {
      memberId: this.#memberId,
      ...this.#face,
      facedAtMs: this.#facedAtMs,
      ...since,
      hasAccount: this.#hasAccount,
      state,
      driftMs,
      devices: this.connections.size,
    };
  }

  /** Takes a face given elsewhere, unless there is a later one; of two at once all instances choose the same. */
  #learnFace({ name, look, facedAtMs }: PublishedPerson): void {
    const before = this.name;
    if (facedAtMs < this.#facedAtMs || (facedAtMs === this.#facedAtMs && name < before)) return;
    if (name !== before) this.#wanted = null;
    this.#face = { name, look };
    this.#facedAtMs = facedAtMs;
  }

  *#healthsHere(): Iterable<ConnectionHealth> {
    for (const { health } of this.connections) yield health;
  }
}
