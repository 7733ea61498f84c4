import { NAME_KEPT_MS, NAMES_MAX } from './accounts.limits.ts';
import type { AccountsStore } from './accounts.store.ts';

/** What people call their devices, for those who only know an id. Bound: `NAMES_MAX` devices, each for a minute. */
export class DeviceNames {
  readonly #store: Pick<AccountsStore, 'deviceById'>;
  /** The one that was read longest ago comes first. */
  readonly #read = new Map<string, { readonly name: string | null; readonly atMs: number }>();

  constructor(store: Pick<AccountsStore, 'deviceById'>) {
    this.#store = store;
  }

  /** Null where there is no such device, or nobody can be asked. Never rejects. */
  async of(deviceId: string, nowMs: number): Promise<string | null> {
    const known = this.#read.get(deviceId);
    if (known !== undefined && nowMs - known.atMs < NAME_KEPT_MS) return known.name;
    const device = await this.#store.deviceById(deviceId).catch(() => undefined);
    if (device === undefined) return known?.name ?? null;
    this.#read.delete(deviceId);
    this.#read.set(deviceId, { name: device?.name ?? null, atMs: nowMs });
    const [oldest] = this.#read.keys();
    if (this.#read.size > NAMES_MAX && oldest !== undefined) this.#read.delete(oldest);
    return device?.name ?? null;
  }
}
