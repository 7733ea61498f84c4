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
  told: { readonly driftMs: number | null; readonly atMs: number } | null = null;
  /** The name they gave on this instance, and when. */
  #name = '';
  #namedAtMs = Number.NEGATIVE_INFINITY;
  /** By instance; made only where there is any, for most people are in one place. */
  #elsewhere: Map<string, SharedPerson> | null = null;

  /** The newest name of all their devices. */
  get name(): string {
    let name = this.#name;
    let namedAtMs = this.#namedAtMs;
    for (const other of this.#elsewhere?.values() ?? []) {
      if (other.namedAtMs < namedAtMs || (other.namedAtMs === namedAtMs && other.name <= name)) continue;
      name = other.name;
      namedAtMs = other.namedAtMs;
    }
    return name;
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

  rename(name: string, nowMs: number): void {
    this.#name = name;
    this.#namedAtMs = nowMs;
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

  *#healthsHere(): Iterable<DeviceHealth> {
    for (const { health } of this.devices.values()) yield health;
  }
}
