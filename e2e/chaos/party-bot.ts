import type {
  Answer,
  ChatHistory,
  ChatLine,
  ChatResult,
  ClientToServerEvents,
  QueueHistory,
  QueueResult,
  QueueState,
} from '@cowatch/shared/protocol';
import { type ChaosBot, sleep } from './chaos-bot.ts';

const ANSWER_WITHIN_MS = 4000;
/** Sent again with the same id where its fate is unknown, so often and for so long. */
const RESEND_EVERY_MS = 200;
const RESEND_WITHIN_MS = 2500;
/** Nobody writes and adds faster than a person may, for long. */
const PAUSE_MS = { min: 1500, max: 2500 };
const PAGE = 100;

/** A line that was answered with success. */
export interface AcknowledgedLine {
  readonly opId: string;
  readonly seq: number;
  readonly kept: boolean;
}

/** An item of the queue whose adding was answered with success. */
export interface AcknowledgedItem {
  readonly itemId: string;
  readonly kept: boolean;
  /** `asked`: nobody knows whether it was taken out; `yes`: that was answered with success. */
  removed: 'no' | 'asked' | 'yes';
}

/** A queue as one bot reads it. */
export interface QueueReading {
  readonly queue: QueueState;
  readonly history: QueueHistory;
}

type Asked = 'chat:send' | 'chat:history' | 'queue:command' | 'queue:list';

/** Somebody of a party who talks and queues while it suffers, on the connection of a bot that plays. */
export class PartyBot {
  readonly bot: ChaosBot;
  readonly lines: AcknowledgedLine[] = [];
  readonly items: AcknowledgedItem[] = [];
  readonly #random: () => number;
  #ops = 0;

  constructor(bot: ChaosBot, random: () => number) {
    this.bot = bot;
    this.#random = random;
  }

  async act(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      if (this.bot.joined) await this.#something();
      await sleep(PAUSE_MS.min + this.#random() * (PAUSE_MS.max - PAUSE_MS.min));
    }
  }

  /** Says something; whether it was acknowledged. */
  async say(): Promise<boolean> {
    const opId = this.#opId('says');
    const answer = await this.#sent<ChatResult>('chat:send', { opId, text: `${this.bot.name}: ${opId}` });
    if (answer === null) return false;
    this.lines.push({ opId, seq: answer.seq, kept: answer.kept ?? true });
    return true;
  }

  /** Adds the sample to the queue; whether it was acknowledged. */
  async add(): Promise<boolean> {
    const answer = await this.#queued({ kind: 'add', items: [{ media: { titleId: 'sample' } }] });
    const itemId = answer?.added?.[0];
    if (answer === null || !itemId) return false;
    this.items.push({ itemId, kept: answer.kept ?? true, removed: 'no' });
    return true;
  }

  /** Everything that was said, as the instance tells it that this bot is on; null where it does not. */
  async history(): Promise<readonly ChatLine[] | null> {
    const lines: ChatLine[] = [];
    for (let beforeSeq: number | undefined; ; ) {
      const page = await this.#asked<ChatHistory>('chat:history', { limit: PAGE, ...(beforeSeq === undefined ? {} : { beforeSeq }) });
      if (page === null || !page.ok) return null;
      lines.unshift(...page.data.lines);
      if (!page.data.more || page.data.lines[0] === undefined) return lines;
      beforeSeq = page.data.lines[0].seq;
    }
  }

  /** The queue and what was played, likewise. */
  async queue(): Promise<QueueReading | null> {
    const queue = await this.#asked<QueueState>('queue:list', { part: 'queue' });
    const history = await this.#asked<QueueHistory>('queue:list', { part: 'history' });
    return queue?.ok && history?.ok ? { queue: queue.data, history: history.data } : null;
  }

  async #something(): Promise<void> {
    const roll = this.#random();
    const mine = this.items.filter(({ removed }) => removed === 'no');
    const one = mine[Math.floor(this.#random() * mine.length)];
    if (roll < 0.5) await this.say();
    else if (roll < 0.75 || one === undefined) await this.add();
    else if (roll < 0.9) await this.#queued({ kind: 'move', itemId: one.itemId, place: this.#random() < 0.5 ? 'first' : 'last' });
    else {
      one.removed = 'asked';
      if ((await this.#queued({ kind: 'remove', itemId: one.itemId })) !== null) one.removed = 'yes';
    }
  }

  #opId(what: string): string {
    this.#ops += 1;
    return `${this.bot.name}-${what}-${String(this.#ops).padStart(3, '0')}`;
  }

  #queued(body: object): Promise<QueueResult | null> {
    return this.#sent<QueueResult>('queue:command', { ...body, opId: this.#opId('queues'), issuedAtMs: this.bot.clusterNowMs() });
  }

  async #sent<T>(event: Asked, message: object): Promise<T | null> {
    const sentMs = performance.now();
    do {
      const answer = await this.#asked<T>(event, message);
      if (answer?.ok) return answer.data;
      if (answer !== null && answer.error.code !== 'unavailable' && answer.error.code !== 'forbidden') return null;
      await sleep(Math.max(RESEND_EVERY_MS, answer?.error.retryAfterMs ?? 0));
    } while (performance.now() - sentMs < RESEND_WITHIN_MS);
    return null;
  }

  #asked<T>(event: Asked, message: object): Promise<Answer<T> | null> {
    const whole = { sessionId: this.bot.sessionId, ...message } as Parameters<ClientToServerEvents[Asked]>[0];
    return this.bot.ask<T>((socket) => socket.timeout(ANSWER_WITHIN_MS).emitWithAck(event, whole as never) as Promise<never>);
  }
}
