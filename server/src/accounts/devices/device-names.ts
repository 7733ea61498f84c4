import { LRUCache } from 'lru-cache';
import { NAME_KEPT_MS, NAMES_MAX } from '../accounts.limits.ts';
import type { DevicesStore } from './devices.store.ts';

/** Names of signed-in devices by their id. Bound: `NAMES_MAX` devices, each for a minute. */
export class DeviceNames {
  readonly #store: Pick<DevicesStore, 'find'>;
  readonly #read = new LRUCache<string, { readonly name: string | null; readonly atMs: number }>({ max: NAMES_MAX });

  constructor(store: Pick<DevicesStore, 'find'>) {
    this.#store = store;
  }

  /** It was named anew, here. Other instances have it within the time for which names are remembered. */
  renamed(deviceId: string, name: string, nowMs: number): void {
    this.#read.set(deviceId, { name, atMs: nowMs });
  }

  /** Null where there is no such device, or the database is away. Never rejects. */
  async of(deviceId: string, nowMs: number): Promise<string | null> {
    const known = this.#read.get(deviceId);
    if (known !== undefined && nowMs - known.atMs < NAME_KEPT_MS) return known.name;
    const device = await this.#store.find(deviceId).catch(() => undefined);
    if (device === undefined) return known?.name ?? null;
    this.#read.set(deviceId, { name: device?.name ?? null, atMs: nowMs });
    return device?.name ?? null;
  }
}
