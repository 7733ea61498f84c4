import { type DeviceHealth, mergeDevices } from '../session.domain.ts';
import type { Face } from './faces.domain.ts';
import type { PublishedPerson } from './published-presence.ts';

/** One of a person's sockets on this instance. */
export interface RoomDevice {
  health: DeviceHealth;
  heardAtMs: number;
  /** When it was told to report next. */
  intervalMs: number;
}

const NOBODY: Face = { name: '', look: { colour: 0, emoji: '' } };

/** One person in one session: their devices on this instance, and what other instances tell of the rest. */
export class Person {
  readonly devices = new Map<string, RoomDevice>();
  /** What everybody was last told of them; null before the first time. */
  told: (DeviceHealth & { readonly atMs: number }) | null = null;
  /** By instance; made only where there is any, for most people are in one place. */
  #elsewhere: Map<string, PublishedPerson> | null = null;
  /** The newest of all their devices, and when they took it on. */
  #face: Face = NOBODY;
  #facedAtMs = Number.NEGATIVE_INFINITY;
  /** What they asked to be called here last; null where they were named elsewhere. */
  #wanted: string | null = null;

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

  /** What they asked to be called, as far as that is known here. */
  get wanted(): string {
    return this.#wanted ?? this.name;
  }

  /** What they are called already where they ask for this; null where they are to be named anew. */
  nameFor(wanted: string): string | null {
    return this.#wanted === wanted || this.name === wanted ? this.name : null;
  }

  get deviceCount(): number {
    let count = this.devices.size;
    for (const { devices } of this.#elsewhere?.values() ?? []) count += devices;
    return count;
  }

  /** Is any of their devices on this instance? */
  get isHere(): boolean {
    return this.devices.size > 0;
  }

  get isAnywhere(): boolean {
    return this.isHere || this.#elsewhere !== null;
  }

  /** Takes a face given here: later than whatever is known. */
  faced(face: Face, wanted: string, nowMs: number): void {
    this.#face = face;
    this.#wanted = wanted;
    this.#facedAtMs = Math.max(nowMs, this.#facedAtMs + 1);
  }

  /** How they are doing, by the device that watches most, wherever it is. */
  health(): DeviceHealth {
    return this.#elsewhere === null ? this.healthHere() : mergeDevices([this.healthHere(), ...this.#elsewhere.values()]);
  }

  healthHere(): DeviceHealth {
    return mergeDevices(this.#healthsHere());
  }

  /** What another instance says of them; null when it does not speak of them any more. */
  setElsewhere(instanceId: string, shared: PublishedPerson | null): void {
    if (shared !== null) {
      this.#elsewhere ??= new Map();
      this.#elsewhere.set(instanceId, shared);
      this.#learnFace(shared);
      return;
    }
    this.#elsewhere?.delete(instanceId);
    if (this.#elsewhere?.size === 0) this.#elsewhere = null;
  }

  /** What this instance says of them to others. */
  share(memberId: string): PublishedPerson {
    const { state, driftMs } = this.healthHere();
    return { memberId, ...this.#face, facedAtMs: this.#facedAtMs, state, driftMs, devices: this.devices.size };
  }

  /** Takes a face given elsewhere, unless a later one is known; of two at once all instances choose the same. */
  #learnFace({ name, look, facedAtMs }: PublishedPerson): void {
    const known = this.name;
    if (facedAtMs < this.#facedAtMs || (facedAtMs === this.#facedAtMs && name < known)) return;
    if (name !== known) this.#wanted = null;
    this.#face = { name, look };
    this.#facedAtMs = facedAtMs;
  }

  *#healthsHere(): Iterable<DeviceHealth> {
    for (const { health } of this.devices.values()) yield health;
  }
}
