import { createHash } from 'node:crypto';
import type { ResumeAnswer, ResumeEntry, ResumeSaveResult } from '@cowatch/shared/protocol';
import { sleep } from './chaos-bot.ts';

const ANSWER_WITHIN_MS = 3000;
const PAUSE_MS = { min: 40, max: 160 };
const CONTENT_ID = 'chaos-film';

export interface SaverBotOptions {
  readonly name: string;
  readonly token: string;
  /** As of `ChaosBotOptions`. */
  address(): string;
  random(): number;
}

/** Somebody alone whose player says where it is, over HTTP, again until it is answered: one sitting, in order. */
export class SaverBot {
  readonly name: string;
  /** The last save that was answered, and what with. */
  acknowledgedSeq = 0;
  acknowledged = 0;
  readonly #options: SaverBotOptions;
  readonly #sittingId: string;
  readonly #viewerId: string;
  #intentAtMs = 0;
  #seq = 0;

  constructor(options: SaverBotOptions) {
    this.#options = options;
    this.name = options.name;
    this.#viewerId = options.token.split('.')[1] ?? '';
    this.#sittingId = createHash('sha256').update(options.token).digest('hex').slice(0, 32);
  }

  get viewerId(): string {
    return this.#viewerId;
  }

  /** Saves one position after the other until told to stop. Each is sent again until it is answered. */
  async act(goesOn: () => boolean): Promise<void> {
    const { random } = this.#options;
    while (goesOn()) {
      this.#seq += 1;
      while (goesOn() && !(await this.#save(this.#seq))) await sleep(PAUSE_MS.max);
      await sleep(PAUSE_MS.min + random() * (PAUSE_MS.max - PAUSE_MS.min));
    }
  }

  /** What the server says of the title now; null where it says nothing within a while. */
  async entry(): Promise<ResumeEntry | null> {
    const answer = await this.#ask(`/resume/${CONTENT_ID}`);
    return answer?.status === 200 ? ((await answer.json()) as ResumeEntry) : null;
  }

  async #save(seq: number): Promise<boolean> {
    if (this.#intentAtMs === 0) this.#intentAtMs = Math.floor((await this.#serverMs()) ?? 0);
    if (this.#intentAtMs === 0) return false;
    const item = {
      contentId: CONTENT_ID,
      committed: true,
      intentAtMs: this.#intentAtMs,
      sittingId: this.#sittingId,
      seq,
      positionMs: seq * 1000,
      durationMs: 3_600_000,
      watchedMs: 60_000 + seq,
      state: 'active',
      previousPositionMs: null,
      savedAtMs: this.#intentAtMs + seq,
    };
    const [answer] = (await this.#batch([item]))?.answers ?? [];
    if (answer === undefined || answer.outcome === 'rejected') return false;
    this.acknowledgedSeq = seq;
    this.acknowledged += 1;
    return true;
  }

  /** The server's time, from an answer that saves nothing. */
  async #serverMs(): Promise<number | null> {
    return (await this.#batch([{}]))?.serverMs ?? null;
  }

  async #batch(items: readonly object[]): Promise<ResumeSaveResult | null> {
    const device = { id: 'chaos-device', name: this.name };
    const answer = await this.#ask('/resume/batch', { viewerId: this.#viewerId, device, items });
    return answer?.status === 200 ? ((await answer.json()) as { serverMs: number; answers: ResumeAnswer[] }) : null;
  }

  async #ask(path: string, body?: object): Promise<Response | null> {
    try {
      return await fetch(`${this.#options.address()}/api/v1${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${this.#options.token}`, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
    } catch {
      return null;
    }
  }
}
