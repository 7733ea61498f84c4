import { Listeners } from '../../listeners.ts';
import type { Answer, DeviceAction, DeviceAnswer, DeviceResult } from '../../protocol/index.ts';
import { type DevicePlaying, type DeviceScreen, playingPositionMs, type ResumeDevice } from '../../resume/index.ts';
import { retryDelayMs } from '../connection/refusal.ts';
import type { TypedConnection } from '../connection/typed-connection.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { keepNewest } from '../newest.ts';
import { newOpId } from '../session/command-sender.ts';
import { DeviceList } from './device-list.ts';
import { type CarriedOut, carryOut, type DeviceTarget, isOutdated, playingOf, refused } from './device-target.ts';

/** Changes within this time are announced together, in milliseconds. */
const ANNOUNCE_EVERY_MS = 500;

/** After a refusal that passes, where the server names no time. */
const RETRY_MS = 2000;

/** How often a list that is shown is fetched anew: updates may be lost between servers, and servers with their updates. */
const REFRESH_MS = 60_000;

/** Orders whose repeat is answered and not carried out again. */
const ORDERS_KEPT = 16;

export interface DeviceLinkOptions {
  readonly connection: TypedConnection;
  /** Read whenever it is said: it may be renamed. */
  readonly device: ResumeDevice;
  readonly environment: ClientEnvironment;
  /** Called after every connect, when the server has said who is here; null where it could not. */
  onHello(viewerId: string | null): void;
  /** The server says what this device is called. */
  onNamed?(name: string): void;
  /** Has this device bear another name from now on. Rejects where that cannot be kept. */
  rename?(name: string): Promise<void>;
}

/** Device link, this device among one's others: announces what it plays, knows what they play, and takes and gives orders. */
export class DeviceLink {
  readonly #options: DeviceLinkOptions;
  readonly #listeners = new Listeners();
  readonly #list: DeviceList;
  readonly #stops: (() => void)[];
  readonly #orders = new Map<string, Promise<CarriedOut>>();
  #target: DeviceTarget | null = null;
  #announced: DevicePlaying | null = null;
  #announcedAtMs = Number.NEGATIVE_INFINITY;
  #greeted = false;
  #announcing = false;
  #announceAgain = false;
  #announceTimer: unknown = null;
  #refreshTimer: unknown = null;
  #closed = false;

  constructor(options: DeviceLinkOptions) {
    this.#options = options;
    const { connection } = options;
    this.#list = new DeviceList(
      () => options.device,
      () => this.#listeners.emit(),
    );
    this.#stops = [
      connection.onReady(() => {
        this.#greeted = false;
        void this.#announce();
      }),
      connection.on('device:changed', (change) => this.#list.update(change)),
      connection.on('device:command', (order, ack) => void this.#obey(order.opId, order.action, ack)),
    ];
  }

  /** One's other devices that are online, the one that plays first; the same array until something changes. */
  get others(): readonly DeviceScreen[] {
    return this.#list.others;
  }

  /** What a device is called in every list: as it says now where it is online, else as it said then. No two online are called the same. */
  nameOf(device: ResumeDevice): string {
    return this.#list.nameOf(device);
  }

  /** Names a device of one's own, this one or another that is online. Never throws; answers as `command` does. */
  async rename(deviceId: string, name: string): Promise<Answer<DeviceResult>> {
    if (deviceId !== this.#options.device.id) return this.command(deviceId, { kind: 'rename', name });
    return (await this.#renameHere(name)).answer;
  }

  /** Calls back when the others have changed, and keeps them fresh meanwhile; returns its stop. */
  subscribe(listener: () => void): () => void {
    const stop = this.#listeners.add(listener);
    this.#refreshLater();
    return () => {
      stop();
      if (this.#listeners.size === 0) this.#options.environment.clearTimer(this.#refreshTimer);
    };
  }

  /** Where another device is now, in milliseconds, if it went on as it said. */
  positionMs(playing: DevicePlaying): number {
    return playingPositionMs(playing, this.#options.connection.serverNowMs() ?? playing.atMs);
  }

  /** What others can see and press here from now on; returns its stop. */
  offer(target: DeviceTarget): () => void {
    this.#target = target;
    const look = () => this.#look();
    const stop = target.driver?.subscribe(look) ?? (() => {});
    void this.#announce();
    return () => {
      stop();
      if (this.#target !== target) return;
      this.#target = null;
      // Mostly there is another one at once, as when a page has begun to play.
      this.#announceIn(ANNOUNCE_EVERY_MS);
    };
  }

  /** Has another device do something. Never throws: `not_found` where it is not online, `unavailable` where it is silent. */
  async command(deviceId: string, action: DeviceAction): Promise<Answer<DeviceResult>> {
    const { connection, environment } = this.#options;
    const answer = await connection.ask('device:command', { deviceId, opId: newOpId(environment), action });
    if (answer.ok) this.#list.learn(deviceId, answer.data.playing);
    else if (answer.error.code === 'not_found') void this.#announce();
    return answer;
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stops.splice(0)) stop();
    this.#options.environment.clearTimer(this.#announceTimer);
    this.#options.environment.clearTimer(this.#refreshTimer);
    this.#listeners.clear();
  }

  /** The player has changed in some way: announced, where others would be wrong else. */
  #look(): void {
    const { connection } = this.#options;
    const nowMs = connection.serverNowMs();
    if (this.#target === null || nowMs === null || !connection.connected) return;
    if (isOutdated(this.#announced, playingOf(this.#target, nowMs))) void this.#announce();
  }

  /** Announces what is here, now or in a moment; the answer has who is elsewhere. */
  async #announce(): Promise<void> {
    const { connection, device, environment, onHello } = this.#options;
    const nowMs = connection.serverNowMs();
    if (this.#closed || !connection.connected || nowMs === null) return;
    if (this.#announcing) {
      this.#announceAgain = true;
      return;
    }
    const waitMs = this.#greeted ? this.#announcedAtMs + ANNOUNCE_EVERY_MS - environment.nowMs() : 0;
    if (waitMs > 0) return this.#announceIn(waitMs);
    environment.clearTimer(this.#announceTimer);
    this.#announcing = true;
    this.#announceAgain = false;
    this.#announcedAtMs = environment.nowMs();
    this.#list.ask();
    this.#announced = this.#target === null ? null : playingOf(this.#target, nowMs);
    const opens = this.#target !== null && this.#target.opening !== null;
    const answer = await connection.ask('device:hello', { device, playing: this.#announced, opens });
    this.#announcing = false;
    if (this.#closed) return;
    if (answer.ok) {
      // Renamed here meanwhile, it is called that, and says so next.
      const { name } = answer.data;
      if (name && name !== device.name && this.#options.device.name === device.name) this.#options.onNamed?.(name);
    }
    this.#list.answer(answer.ok ? answer.data.screens : null);
    if (!this.#greeted) onHello(answer.ok ? answer.data.viewerId : null);
    this.#greeted ||= answer.ok;
    if (!answer.ok && answer.error.code !== 'bad_request')
      this.#announceIn(retryDelayMs(answer.error.retryAfterMs ?? RETRY_MS, environment.random()));
    else if (this.#announceAgain) void this.#announce();
    else this.#look();
    this.#refreshLater();
  }

  #announceIn(waitMs: number): void {
    const { environment } = this.#options;
    environment.clearTimer(this.#announceTimer);
    this.#announceTimer = environment.setTimer(() => void this.#announce(), waitMs);
  }

  #refreshLater(): void {
    const { environment } = this.#options;
    environment.clearTimer(this.#refreshTimer);
    if (this.#listeners.size > 0) this.#refreshTimer = environment.setTimer(() => void this.#announce(), REFRESH_MS);
  }

  async #obey(opId: string, action: DeviceAction, ack: (answer: DeviceAnswer) => void): Promise<void> {
    const { connection } = this.#options;
    const before = this.#orders.get(opId);
    const order =
      before ??
      (action.kind === 'rename' ? this.#renameHere(action.name) : carryOut(this.#target, action, () => connection.serverNowMs() ?? 0));
    this.#orders.set(opId, order);
    keepNewest(this.#orders, ORDERS_KEPT);
    const { answer, afterwards } = await order;
    ack(answer);
    if (before !== undefined) return;
    afterwards?.();
    this.#look();
  }

  /** Bears another name, and says so to the others. */
  async #renameHere(name: string): Promise<CarriedOut> {
    const { rename, connection } = this.#options;
    if (rename === undefined) return refused('conflict', 'That device keeps its name.');
    try {
      await rename(name);
    } catch {
      return refused('unavailable', 'That device could not keep the name.');
    }
    this.#list.changed();
    void this.#announce();
    const nowMs = connection.serverNowMs() ?? 0;
    return { answer: { ok: true, data: { playing: this.#target === null ? null : playingOf(this.#target, nowMs) } } };
  }
}
