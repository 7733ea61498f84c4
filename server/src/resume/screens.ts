import { isDeepStrictEqual } from 'node:util';
import { deviceOrderSchema, deviceScreenSchema, protocolErrorSchema } from '@cowatch/shared/answers';
import {
  CodedError,
  type DeviceAnswer,
  type DeviceCommand,
  type DeviceHello,
  type DevicePlayingSaid,
  type DeviceResult,
  deviceAnswerSchema,
} from '@cowatch/shared/protocol';
import { type DevicePlaying, type DeviceScreen, devicesOf, firstScreens, SCREENS_MAX } from '@cowatch/shared/resume';
import { z } from 'zod';
import type { AppSocket, SocketPlatform } from '../platform/socket/socket.types.ts';
import { DEVICE_WAIT_MS, DEVICE_WAY_MS, SCREENS_WAIT_MS } from './resume.limits.ts';
import { roomOf } from './resume.updates.ts';

/** Requests between instances: for the screens that one has of a viewer, and to deliver an order to one of them. */
const SCREENS_ASKED = 'device:screens';
const ORDER = 'device:order';

/** A screen, and the instance that holds its connection. */
const placedScreensSchema = z.array(z.object({ instanceId: z.string(), screen: deviceScreenSchema }));
type PlacedScreen = z.infer<typeof placedScreensSchema>[number];

const placedOrderSchema = z.object({ viewerId: z.string(), screenId: z.string(), order: deviceOrderSchema });
type PlacedOrder = z.infer<typeof placedOrderSchema>;

const deliveredSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), data: z.object({ playing: deviceScreenSchema.shape.playing }) }),
  z.object({ ok: z.literal(false), error: protocolErrorSchema }),
]);

/**
 * Registry of screens: what each connection says of the device it is on and of what it plays; nothing of it is stored. Each
 * instance has those of its own connections, and asks the others that have some of the same viewer.
 */
export class Screens {
  readonly #sockets: SocketPlatform;
  /** By viewer and connection. Bound: `SCREENS_MAX` of each viewer that is connected here; they leave with their socket. */
  readonly #screens = new Map<string, Map<string, DeviceScreen>>();

  constructor(sockets: SocketPlatform) {
    this.#sockets = sockets;
    sockets.onDisconnect((socket) => this.#forget(socket));
    sockets.bus.reply(SCREENS_ASKED, (viewerId) => this.#here(z.string().parse(viewerId)));
    sockets.bus.reply(ORDER, (order) => this.#deliver(placedOrderSchema.parse(order)));
  }

  /** Registers a screen, or what has changed of it, updates the viewer's other screens, and returns those. */
  async hello(socket: AppSocket, hello: DeviceHello, nowMs: number): Promise<readonly DeviceScreen[]> {
    const { viewerId } = socket.data;
    const isChanged = this.#keep(socket, hello, nowMs);
    // Before other instances reach this one, two screens that come at the same moment would miss each other.
    await this.#sockets.bus.subscribed(roomOf(viewerId));
    const screen = this.#screens.get(viewerId)?.get(socket.id);
    if (isChanged && screen !== undefined) socket.to(roomOf(viewerId)).emit('device:changed', screen);
    const all = (await this.#everywhere(viewerId)).map((placed) => placed.screen);
    return firstScreens(all.filter(({ screenId }) => screenId !== socket.id));
  }

  /**
   * Remote control: has a device of one's own do something, as if a person there had pressed it.
   * @throws CodedError `not_found` where there is none online, `unavailable` where it does not answer, else what it answers
   */
  async command(viewerId: string, { deviceId, ...order }: DeviceCommand): Promise<DeviceResult> {
    const placed = await this.#everywhere(viewerId);
    const own = placed.filter(({ screen }) => screen.device.id === deviceId);
    const [target] = devicesOf(own.map(({ screen }) => screen));
    const instanceId = own.find(({ screen }) => screen === target)?.instanceId;
    if (target === undefined || instanceId === undefined) throw notOnline();
    const { bus } = this.#sockets;
    const asked: PlacedOrder = { viewerId, screenId: target.screenId, order };
    const answer =
      instanceId === bus.instanceId
        ? await this.#deliver(asked)
        : deliveredSchema.parse(await bus.request(instanceId, ORDER, asked, DEVICE_WAIT_MS + DEVICE_WAY_MS));
    if (answer.ok) return answer.data;
    const { code, message, retryAfterMs } = answer.error;
    throw new CodedError(code, message, retryAfterMs);
  }

  /** Of the viewer's screens those on this instance. */
  #here(viewerId: string): readonly PlacedScreen[] {
    const { instanceId } = this.#sockets.bus;
    return [...(this.#screens.get(viewerId)?.values() ?? [])].map((screen) => ({ instanceId, screen }));
  }

  /** All of them, but for those of instances that do not answer in time. */
  async #everywhere(viewerId: string): Promise<readonly PlacedScreen[]> {
    const { bus } = this.#sockets;
    const others = await bus.requestRoom(roomOf(viewerId), SCREENS_ASKED, viewerId, SCREENS_WAIT_MS);
    return [...this.#here(viewerId), ...others.flatMap((other) => placedScreensSchema.safeParse(other).data ?? [])];
  }

  /** Returns whether something has changed. */
  #keep(socket: AppSocket, { device, playing, opens = false }: DeviceHello, nowMs: number): boolean {
    // It has left while it was asked what it is called.
    if (!socket.connected) return false;
    const { viewerId } = socket.data;
    const screens = this.#screens.get(viewerId) ?? new Map<string, DeviceScreen>();
    const before = screens.get(socket.id);
    const said = { device, playing: playing == null ? null : playingOf(playing, nowMs), opens };
    // One that takes no orders is none of the devices that others see.
    if (said.playing === null && !opens) this.#forget(socket);
    if ((said.playing === null && !opens) || (before === undefined && screens.size >= SCREENS_MAX)) return false;
    const screen: DeviceScreen = { screenId: socket.id, ...said, saidAtMs: nowMs };
    this.#screens.set(viewerId, screens.set(socket.id, screen));
    return before === undefined || !isDeepStrictEqual({ ...before, saidAtMs: nowMs }, screen);
  }

  #forget(socket: AppSocket): void {
    const { viewerId } = socket.data;
    const screens = this.#screens.get(viewerId);
    if (!screens?.delete(socket.id)) return;
    if (screens.size === 0) this.#screens.delete(viewerId);
    socket.to(roomOf(viewerId)).emit('device:changed', { screenId: socket.id, gone: true });
  }

  /** Sends an order to a screen on this instance, and waits for its answer. */
  async #deliver({ viewerId, screenId, order }: PlacedOrder): Promise<DeviceAnswer> {
    const isThere = this.#screens.get(viewerId)?.has(screenId) === true;
    const socket = isThere ? this.#sockets.io.sockets.sockets.get(screenId) : undefined;
    if (socket === undefined) return { ok: false, error: notOnline().toProtocolError() };
    const answer: unknown = await socket
      .timeout(DEVICE_WAIT_MS)
      .emitWithAck('device:command', order)
      .catch(() => null);
    const parsed = deviceAnswerSchema.safeParse(answer);
    if (!parsed.success) return { ok: false, error: noAnswer().toProtocolError() };
    return parsed.data as DeviceAnswer;
  }
}

/** What is left out is as with most players. No time is ahead of the moment in which the server gets it. */
function playingOf(said: DevicePlayingSaid, nowMs: number): DevicePlaying {
  const { blocked = false, live = false, rate = 1, atMs = nowMs } = said;
  return { ...said, blocked, live, rate, atMs: Math.floor(Math.min(atMs, nowMs)) };
}

const notOnline = () => new CodedError('not_found', 'That device is not online.');
const noAnswer = () => new CodedError('unavailable', 'That device does not answer.');
