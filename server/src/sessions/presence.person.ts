import type { SharedPerson } from './presence.share.ts';
import { type DeviceHealth, mergeDevices } from './session.domain.ts';

/** One of a person's sockets on this instance. */
export interface RoomDevice {
  health: DeviceHealth;
  heardAtMs: number;
  /** When it was told to report next. */
  intervalMs: number;
}

/** One person in one session: their devices on this instance, and what other instances tell of the rest. */
export class Person {
  readonly devices = new Map<string, RoomDevice>();
  /** What everybody was last told of them; null before the first time. */
  told: (DeviceHealth & { readonly atMs: number }) | null = null;
  /** By instance; made only where there is any, for most people are in one place. */
  #elsewhere: Map<string, SharedPerson> | null = null;
  /** The newest of all their devices, and when they took it. */
  #name = '';
  #namedAtMs = Number.NEGATIVE_INFINITY;

  get name(): string {
    return this.#name;
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

  /** Takes a name given here: later than whatever is known. */
  rename(name: string, nowMs: number): void {
    this.#name = name;
    this.#namedAtMs = Math.max(nowMs, this.#namedAtMs + 1);
  }

  /** How they are doing, by the device that watches most, wherever it is. */
  health(): DeviceHealth {
    return this.#elsewhere === null
      ? this.healthHere()
      : mergeDevices([this.healthHere(), ...this.#elsewhere.values()]);
  }

  healthHere(): DeviceHealth {
    return mergeDevices(this.#healthsHere());
  }

  /** What another instance says of them; null when it does not speak of them any more. */
  setElsewhere(instanceId: string, shared: SharedPerson | null): void {
    if (shared !== null) {
      this.#elsewhere ??= new Map();
      this.#elsewhere.set(instanceId, shared);
      this.#learnName(shared.name, shared.namedAtMs);
      return;
    }
    this.#elsewhere?.delete(instanceId);
    if (this.#elsewhere?.size === 0) this.#elsewhere = null;
  }

  /** What this instance says of them to others. */
  share(memberId: string): SharedPerson {
    const { state, driftMs } = this.healthHere();
    return { memberId, name: this.#name, namedAtMs: this.#namedAtMs, state, driftMs, devices: this.devices.size };
  }

  /** Takes a name given elsewhere, unless a later one is known; of two at once all instances choose the same. */
  #learnName(name: string, namedAtMs: number): void {
    if (namedAtMs < this.#namedAtMs || (namedAtMs === this.#namedAtMs && name < this.#name)) return;
    this.#name = name;
    this.#namedAtMs = namedAtMs;
  }

  *#healthsHere(): Iterable<DeviceHealth> {
    for (const { health } of this.devices.values()) yield health;
  }
}
