import { randomBytes } from '@noble/hashes/utils.js';
import { Listeners } from '../../listeners.ts';
import { currentContentId, formerContentIds } from '../../media/former-content-ids.ts';
import type { ResumeAnswer, ResumeEntry, ServerToClientEvents } from '../../protocol/index.ts';
import { entryId, type Moment, type ResumeDevice, type ResumeMedia, type ResumeRecord, type ServerTime } from '../../resume/index.ts';
import { DeviceLink } from '../devices/device-link.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { hostEnvironment } from '../environment/environment.ts';
import { inMeantOrder } from './meant-order.ts';
import { Outbox, type OutboxState } from './outbox.ts';
import type { OutboxStorage } from './outbox-storage.ts';
import { ResumeTracker, type TrackedPlayer } from './resume-tracker.ts';
import { KEEPALIVE_MAX_BYTES, ResumeTransport, type ResumeTransportOptions } from './resume-transport.ts';

/** Longest wait for the server before a title is begun with what this device knows, in milliseconds. */
const READY_WAIT_MS = 2500;

export interface ResumeClientOptions extends ResumeTransportOptions {
  readonly storage: OutboxStorage;
  /** Read whenever it is said: it may be renamed. */
  readonly device: ResumeDevice;
  readonly environment?: ClientEnvironment;
  /** Who was here last, for as long as the server cannot say who is. */
  readonly viewerId?: string | null;
  /** Called when the server has said who is here. */
  onViewer?(viewerId: string): void;
  /** Called when the server says what this device is called; `device` bears it afterwards. */
  onNamed?(name: string): void;
  /** Has this device bear another name; `device` does afterwards. Rejects where it cannot be kept. */
  rename?(name: string): Promise<void>;
  /** The guests who are in an account now: what those said and could not send is the account's. */
  formerViewerIds?(viewerId: string): Promise<readonly string[]>;
  /** Does the work while no other tab does it; by default there is no other. */
  exclusively?(work: () => Promise<void>): Promise<void>;
}

/** What is known of a title before it is begun. */
export interface KnownResume {
  readonly record: ResumeRecord | null;
  /** The server's word; null where it could not be asked, and only this device knows something. */
  readonly entry: ResumeEntry | null;
  readonly asked: boolean;
}

export interface ResumeClientState extends OutboxState {
  readonly connected: boolean;
}

type ResumeEvents = Pick<ServerToClientEvents, 'resume:updated' | 'resume:superseded' | 'continue:changed'>;

/** Resume client: saves where one is in what one watches, keeps what could not be sent yet, and receives updates of one's other devices. */
export class ResumeClient {
  /** One's other devices, and this one among them. */
  readonly devices: DeviceLink;
  readonly #options: ResumeClientOptions;
  readonly #env: ClientEnvironment;
  readonly #outbox: Outbox;
  readonly #transport: ResumeTransport;
  readonly #originId = hex(8);
  readonly #changes = new Listeners();
  readonly #overtaken = new Listeners<[ResumeEntry]>();
  readonly #trackers = new Set<ResumeTracker>();
  readonly #stops = new Set<() => void>();
  #viewerId: string | null;
  #state: ResumeClientState;

  constructor(options: ResumeClientOptions) {
    this.#options = options;
    this.#env = options.environment ?? hostEnvironment();
    this.#viewerId = options.viewerId ?? null;
    this.#transport = new ResumeTransport(options);
    this.#outbox = new Outbox({
      storage: options.storage,
      get device() {
        return options.device;
      },
      environment: this.#env,
      viewerId: () => this.#viewerId,
      serverTime: () => this.#serverTime(),
      send: (request) => this.#transport.send(request),
      exclusively: options.exclusively ?? ((work) => work()),
      onAnswer: (record, answer) => this.#answered(record, answer),
      onChange: () => this.#changed(),
    });
    this.#state = this.#read();
    const { connection, rename } = options;
    this.devices = new DeviceLink({
      connection,
      environment: this.#env,
      ...(rename === undefined ? {} : { rename }),
      get device() {
        return options.device;
      },
      onHello: (viewerId) => this.#greeted(viewerId),
      onNamed: (name) => options.onNamed?.(name),
    });
  }

  get state(): ResumeClientState {
    return this.#state;
  }

  get device(): ResumeDevice {
    return this.#options.device;
  }

  subscribe(listener: () => void): () => void {
    return this.#changes.add(listener);
  }

  /** Calls back with updates of one's titles. Updates of one title come in the order in which they were meant: one that was overtaken is dropped; returns its stop. */
  on<E extends keyof ResumeEvents>(event: E, listener: ResumeEvents[E]): () => void {
    const ordered = event === 'resume:updated' ? inMeantOrder(listener as ResumeEvents['resume:updated']) : listener;
    return this.#options.connection.on(event, ordered as ServerToClientEvents[E]);
  }

  /** Calls back when another device's save has turned out to be the later one; returns its stop. */
  onStale(listener: (entry: ResumeEntry) => void): () => void {
    return this.#overtaken.add(listener);
  }

  /**
   * What is known of a title, from the server where it answers; one's other devices hear that it goes on here.
   * @param url where it plays: a place that was kept under an id that this address had before is found
   */
  async start(contentId: string, url: string): Promise<KnownResume> {
    const { connection, device, storage } = this.#options;
    const own = this.#viewerId === null ? null : await storage.recall(this.#viewerId, contentId).catch(() => null);
    await this.#ready();
    const answer = await connection.ask('resume:start', { contentId, device });
    if (!answer.ok) return { record: own, entry: null, asked: false };
    const entry = answer.data.entry ?? (await this.#formerEntry(contentId, url));
    return { record: entry, entry, asked: true };
  }

  /** Of before, if it is the same content by what is known today: several titles may have had one id. */
  async #formerEntry(contentId: string, url: string): Promise<ResumeEntry | null> {
    const { connection, device } = this.#options;
    for (const former of formerContentIds(contentId, url)) {
      const answer = await connection.ask('resume:start', { contentId: former, device });
      const entry = answer.ok ? answer.data.entry : null;
      if (entry !== null && currentContentId(former, entry.media?.url) === contentId) return entry;
    }
    return null;
  }

  /** Follows a player through a title; `stop` ends it. */
  track(title: {
    readonly contentId: string;
    readonly media: ResumeMedia | null;
    readonly known: ResumeRecord | null;
    readonly player: TrackedPlayer;
  }): ResumeTracker {
    const options = this.#options;
    const tracker: ResumeTracker = new ResumeTracker({
      ...title,
      get device() {
        return options.device;
      },
      environment: this.#env,
      moment: () => this.#moment(),
      newSittingId: () => hex(16),
      say: ({ said, ...rest }) => {
        const viewerId = this.#viewerId;
        // Without a viewer there is no cookie, and so no page of ours either.
        if (viewerId === null) return;
        const nowMs = Math.floor(this.#options.connection.serverNowMs() ?? this.#env.wallMs());
        const record = { ...said, intentAtMs: nowMs, savedAtMs: nowMs };
        const entry = { ...rest, said, viewerId, id: entryId(said.sittingId, said.seq), stamp: null };
        void this.#outbox.add(entry, { viewerId, record });
      },
    });
    this.#trackers.add(tracker);
    return tracker;
  }

  stop(tracker: ResumeTracker): void {
    tracker.stop();
    this.#trackers.delete(tracker);
  }

  /** The page may be gone in a moment: what waits is sent in a way that outlives it. */
  leave(): void {
    for (const tracker of this.#trackers) tracker.flush();
    const request = this.#outbox.leftovers(KEEPALIVE_MAX_BYTES);
    // What is not answered is sent again, by this page or the next one.
    if (request !== null) this.#transport.sendLast(request);
  }

  /** Tries again now what waits. */
  flush(): void {
    this.#outbox.flushNow();
  }

  close(): void {
    for (const tracker of [...this.#trackers]) this.stop(tracker);
    for (const stop of this.#stops) stop();
    this.#stops.clear();
    this.devices.close();
    this.#outbox.close();
  }

  /** Resolves when there is a connection, or after a while: people do not wait for long to watch something. */
  #ready(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#env.clearTimer(timer);
        this.#stops.delete(stop);
        stop();
        resolve();
      };
      let stop = () => {};
      const timer = this.#env.setTimer(done, READY_WAIT_MS);
      if (this.#options.connection.connected && this.#options.connection.serverNowMs() !== null) {
        done();
        return;
      }
      stop = this.#options.connection.onReady(done);
      this.#stops.add(stop);
    });
  }

  /** There is a connection, and with it mostly somebody. */
  #greeted(viewerId: string | null): void {
    if (viewerId !== null) {
      this.#viewerId = viewerId;
      this.#options.onViewer?.(viewerId);
      this.#outbox.doubt();
      void this.#adopt(viewerId);
    }
    this.#outbox.flushNow();
    this.#changed();
  }

  /** At every connect: another tab may have said something as a former viewer until a moment ago. */
  async #adopt(viewerId: string): Promise<void> {
    const { formerViewerIds, storage } = this.#options;
    const former = await formerViewerIds?.(viewerId).catch(() => undefined);
    // Where that is not certain everything stays as it is.
    if (former === undefined) return;
    await this.#outbox.adopt(viewerId, former);
    if (former.length > 0) await storage.moveTitles(former, viewerId).catch(() => {});
  }

  #answered(record: ResumeRecord, answer: ResumeAnswer): void {
    if (answer.outcome === 'rejected' || answer.entry === null || this.#viewerId === null) return;
    if (answer.outcome !== 'stale') return;
    this.#overtaken.emit(answer.entry);
    // Another device was meant later: what this one knows without asking is that.
    const viewerId = this.#viewerId;
    void this.#options.storage.remember({ viewerId, record: { ...record, ...answer.entry } }).catch(() => {});
  }

  #moment(): Moment {
    return { wallMs: this.#env.wallMs(), monotonicMs: this.#env.nowMs(), originId: this.#originId };
  }

  #serverTime(): ServerTime | null {
    const serverMs = this.#options.connection.serverNowMs();
    if (serverMs === null) return null;
    return {
      originId: this.#originId,
      aheadOfMonotonicMs: serverMs - this.#env.nowMs(),
      aheadOfWallMs: serverMs - this.#env.wallMs(),
    };
  }

  #read(): ResumeClientState {
    return { ...this.#outbox.state, connected: this.#options.connection.connected };
  }

  #changed(): void {
    this.#state = this.#read();
    this.#changes.emit();
  }
}

function hex(bytes: number): string {
  return Array.from(randomBytes(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
