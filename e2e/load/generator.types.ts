import type { Habits } from './habits.ts';

/** What a generator process is asked, and what it answers. Times are those of `monotonicMs`. */
export interface GeneratorCalls {
  /** Makes members without connecting them; replaces none that are there. */
  prepare: (crowd: CrowdPlan) => void;
  /** Connects those that are not connected yet, so many at a time; answers when each has joined, or the time is up. */
  connect: (plan: ConnectPlan) => ConnectResult;
  /** From now on reports go out as if everybody had long been there; answers with their interval. */
  settle: () => number;
  /** Forgets what was counted so far. */
  reset: () => void;
  read: () => GeneratorReading;
  /** Cuts all connections. */
  cut: () => void;
}

export interface CrowdPlan {
  readonly host: string;
  /** Members are spread over these. */
  readonly ports: readonly number[];
  readonly sessionId: string;
  /** Secret of the server: identities are signed here, since a server gives none out by the thousand. */
  readonly authSecret: string;
  readonly members: number;
  readonly habits: Habits;
  /** Third byte of the addresses to come from (127.0.x.y), so that the ports suffice. */
  readonly network: number;
}

export interface ConnectPlan {
  /** When to begin. */
  readonly atMs: number;
  /** Most that are on their way at once; null for everybody at once. */
  readonly atOnce: number | null;
  readonly withinMs: number;
}

export interface ConnectResult {
  /** Milliseconds from the beginning until each had the state, in the order they had it. */
  readonly joinedMs: Float64Array;
  /** How often somebody was not let in, or not heard, and had to try again. */
  readonly turnedAway: number;
}

export interface GeneratorReading {
  /** Members that have the state and a connection. */
  readonly joined: number;
  readonly lost: readonly string[];
  /** Bytes of the TCP streams, both ways, since the last reset. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly framesIn: number;
  /** For each position a command named: when each member heard of it. */
  readonly heard: readonly (readonly [positionS: number, atMs: Float64Array])[];
  /** CPU time of this process since the last reset. */
  readonly cpuMs: number;
}

export type CallName = keyof GeneratorCalls;

export interface Call {
  readonly id: number;
  readonly name: CallName;
  readonly argument: unknown;
}

export type Reply =
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly id: number; readonly ok: false; readonly error: string };
