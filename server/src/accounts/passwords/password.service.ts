import { createHash } from 'node:crypto';
import { CodedError } from '@cowatch/shared/protocol';
import { Semaphore } from '../../platform/semaphore.ts';
import {
  FAILURES_FREE,
  FAILURES_FREE_ALL_DEVICES,
  HASHING_AT_ONCE,
  HASHING_RETRY_MS,
  HASHING_WAITING_MAX,
  LOCK_FIRST_MS,
  LOCK_LONGEST_MS,
} from '../accounts.limits.ts';
import type { AttemptsStore } from './attempts.store.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

/** How long passwords are refused after so many wrong ones in a row, in milliseconds. @param free from how many on */
export function lockMs(failures: number, free = FAILURES_FREE): number {
  return failures < free ? 0 : Math.min(LOCK_LONGEST_MS, LOCK_FIRST_MS * 2 ** (failures - free));
}

/** Wrong passwords in a row of one kind, and after how many they are refused. */
export interface FailureCounter {
  readonly key: string;
  readonly free: number;
}

// Hashed, so that nothing of what was tried is kept. Names come in lower case: what has capitals is none.
const counterKey = (what: string) => createHash('sha256').update(what).digest('base64url');

/** Names without an account are counted alike, so that nothing is learned. */
export const signInCounters = (username: string): readonly FailureCounter[] => [
  { key: counterKey(username.toLowerCase()), free: FAILURES_FREE },
];

/** A thief of an open laptop could link one new device after the other: all devices together are bounded too. */
export const confirmCounters = (deviceId: string, userId: string): readonly FailureCounter[] => [
  { key: counterKey(`DEVICE ${deviceId}`), free: FAILURES_FREE },
  { key: counterKey(`ACCOUNT ${userId}`), free: FAILURES_FREE_ALL_DEVICES },
];

/** Password attempts: hashed a few at a time, and refused for a while after too many wrong ones in a row. */
export class PasswordService {
  readonly #attempts: AttemptsStore;
  readonly #hashing = new Semaphore({ permits: HASHING_AT_ONCE, waitingMax: HASHING_WAITING_MAX, retryAfterMs: HASHING_RETRY_MS });

  constructor(attempts: AttemptsStore) {
    this.#attempts = attempts;
  }

  hash(password: string): Promise<string> {
    return this.#hashing.run(() => hashPassword(password));
  }

  /**
   * One attempt at a password. Returns what it belongs to.
   * @param find what the password belongs to, with its hash; null counts as a wrong password and takes as long
   * @throws CodedError `unauthenticated` with `refusal` where it is wrong; `rate_limited` after too many
   */
  async attempt<T extends { readonly passwordHash: string }>(
    counters: readonly FailureCounter[],
    password: string,
    find: () => Promise<T | null>,
    refusal: string,
    nowMs: number,
  ): Promise<T> {
    for (const { key, free } of counters) await this.#count(key, free, nowMs);
    const found = await find();
    const isRight = await this.#hashing.run(() => verifyPassword(found?.passwordHash ?? null, password));
    if (found === null || !isRight) throw new CodedError('unauthenticated', refusal);
    await this.#attempts.forget(counters.map(({ key }) => key));
    return found;
  }

  async #count(key: string, free: number, nowMs: number): Promise<void> {
    const { lockedUntilMs } = await this.#attempts.count(key, nowMs, (failures) => lockMs(failures, free));
    if (lockedUntilMs <= nowMs) return;
    throw new CodedError('rate_limited', 'Too many wrong passwords. Wait a moment, then try again.', lockedUntilMs - nowMs);
  }
}
