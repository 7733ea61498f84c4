import type { Answer, MemberReport, ReportResult } from '../../protocol/index.ts';
import type { Asker } from '../connection/questions.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';

/** A change of the own state is reported at once, but not more often than this, in milliseconds. */
const REPORT_MIN_MS = 500;

/** Reports of many clients drift apart by this share of the interval, so that they do not come in waves. */
const JITTER = 0.1;

/** Where the server asks for reports this seldom there is a crowd, and nobody looks at each of its members. */
const CROWD_INTERVAL_MS = 5000;

/** In a crowd the first report comes at any moment of this time at most: those who come together must not all talk together. */
const FIRST_WITHIN_MS = 30_000;

export interface ReporterDeps {
  readonly connection: Asker;
  readonly env: ClientEnvironment;
  /** What there is to report; null while the server does not know this client as a member. */
  report(): MemberReport | null;
  onAnswer(answer: Answer<ReportResult>): void;
  /** Is this somebody whom a crowd is shown? Then it hears at once. */
  shown(): boolean;
}

/** Reports how this member does, at the interval that the server asks for: a member that is behind is healed by the answer. */
export class Reporter {
  readonly #deps: ReporterDeps;
  #timer: unknown = null;
  #lastMs = Number.NEGATIVE_INFINITY;
  intervalMs = 2000;

  constructor(deps: ReporterDeps) {
    this.#deps = deps;
  }

  async now(): Promise<void> {
    const { connection, env } = this.#deps;
    this.stop();
    const report = this.#deps.report();
    if (report === null || !connection.connected) return;
    this.#lastMs = env.nowMs();
    const answer = await connection.ask('member:report', report);
    if (answer.ok) this.intervalMs = answer.data.reportIntervalMs;
    this.#deps.onAnswer(answer);
    this.#schedule(this.intervalMs * (1 - JITTER + 2 * JITTER * env.random()));
  }

  /** The server knows this member from now on. */
  joined(): void {
    if (this.#isOneOfMany()) this.#schedule(Math.min(this.intervalMs, FIRST_WITHIN_MS) * this.#deps.env.random());
    else void this.now();
  }

  /** Something worth telling has changed. One of a crowd tells it when a report is due anyhow. */
  soon(): void {
    if (this.#isOneOfMany()) return;
    this.#schedule(Math.max(0, this.#lastMs + REPORT_MIN_MS - this.#deps.env.nowMs()));
  }

  stop(): void {
    this.#deps.env.clearTimer(this.#timer);
  }

  #isOneOfMany(): boolean {
    return this.intervalMs > CROWD_INTERVAL_MS && !this.#deps.shown();
  }

  #schedule(delayMs: number): void {
    this.stop();
    this.#timer = this.#deps.env.setTimer(() => void this.now(), delayMs);
  }
}
