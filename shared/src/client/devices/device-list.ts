import type { DeviceChange } from '../../protocol/index.ts';
import { type DevicePlaying, type DeviceScreen, deviceNames, devicesOf, type ResumeDevice } from '../../resume/index.ts';

/** One's other devices that are online: the list that the server gave, and every update since it was asked for. */
export class DeviceList {
  readonly #own: () => ResumeDevice;
  readonly #onChange: () => void;
  #screens = new Map<string, DeviceScreen>();
  /** Updates since the list was asked for: later than the list. Null while it is not. */
  #updates: DeviceChange[] | null = null;
  #others: readonly DeviceScreen[] = [];
  #names: ReadonlyMap<string, string> = new Map();

  constructor(own: () => ResumeDevice, onChange: () => void) {
    this.#own = own;
    this.#onChange = onChange;
  }

  /** The one that plays first; the same array until something changes. */
  get others(): readonly DeviceScreen[] {
    return this.#others;
  }

  /** What a device is called: as it says now where it is online, else as it said then. No two online are called the same. */
  nameOf({ id, name }: ResumeDevice): string {
    return this.#names.get(id) ?? name;
  }

  /** The list is asked for: updates from now on are later than it. */
  ask(): void {
    this.#updates = [];
  }

  /** The answer, null where there is none. */
  answer(screens: readonly DeviceScreen[] | null): void {
    const updates = this.#updates ?? [];
    this.#updates = null;
    if (screens === null) return;
    this.#screens = new Map(screens.map((screen) => [screen.screenId, screen]));
    for (const change of updates) this.#apply(change);
    this.changed();
  }

  update(change: DeviceChange): void {
    this.#updates?.push(change);
    this.#apply(change);
    this.changed();
  }

  /** What a device has answered is known before it announces it to all. */
  learn(deviceId: string, playing: DevicePlaying | null): void {
    const shown = this.#others.find(({ device }) => device.id === deviceId);
    const screen = shown && this.#screens.get(shown.screenId);
    if (screen === undefined || playing === null || playing.atMs < (screen.playing?.atMs ?? 0)) return;
    this.update({ ...screen, playing });
  }

  /** Names and order of all, anew: one of the list, or this device, is another than before. */
  changed(): void {
    const own = this.#own();
    const others = devicesOf([...this.#screens.values()].filter(({ device }) => device.id !== own.id));
    this.#names = deviceNames([own, ...others.map(({ device }) => device)]);
    this.#others = others.map((screen) => ({ ...screen, device: { id: screen.device.id, name: this.nameOf(screen.device) } }));
    this.#onChange();
  }

  #apply(change: DeviceChange): void {
    if ('gone' in change) this.#screens.delete(change.screenId);
    else this.#screens.set(change.screenId, change);
  }
}
