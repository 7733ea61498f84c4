import type { Generators } from '../../load/generators.ts';
import type { Habits } from '../../load/habits.ts';
import { monotonicMs, until } from '../../load/monotonic.ts';
import { type Seats, takeSeats } from './seats.ts';
import { AUTH_SECRET, type Target } from './target.ts';

const CONNECT_AT_ONCE = 100;
const CONNECT_WITHIN_MS = 120_000;

export interface PartyPlan {
  /** Members held by the load generators, besides those who are seated. */
  readonly members: number;
  readonly habits: Habits;
  /** Who is seated beside the owner. */
  readonly tokens?: readonly string[];
  /** How long everything is left alone before it is measured, in ms. */
  readonly settleMs: number;
}

/** A party that plays and has come to rest; `work` is done in it, and it is over when that is. */
export async function withParty<T>(
  target: Target,
  generators: Generators,
  { members, habits, tokens, settleMs }: PartyPlan,
  work: (seats: Seats) => Promise<T>,
): Promise<T> {
  const { host, ports, sessionId } = target;
  const seats = await takeSeats(target, habits, tokens);
  try {
    await generators.prepare({ host, ports, sessionId, authSecret: AUTH_SECRET, members, habits });
    const { joinedMs } = await generators.connect(CONNECT_AT_ONCE, CONNECT_WITHIN_MS);
    if (joinedMs.length < members) throw new Error(`Only ${joinedMs.length} members have come`);
    seats.settle(await generators.settle());
    await seats.play();
    await until(monotonicMs() + settleMs);
    await generators.reset();
    return await work(seats);
  } finally {
    seats.stop();
    await generators.cut();
  }
}
