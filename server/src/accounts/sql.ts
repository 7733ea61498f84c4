import { randomBytes } from 'node:crypto';
import { DrizzleQueryError } from 'drizzle-orm';

const UNIQUE_VIOLATION = '23505';

/** The primary key of a new row. */
export function randomId(): string {
  return randomBytes(16).toString('hex');
}

/** Which unique constraint a statement broke; null where it is something else. */
export function brokenConstraint(error: unknown): string | null {
  const cause = error instanceof DrizzleQueryError ? (error.cause as { code?: string; constraint?: string }) : null;
  return cause?.code === UNIQUE_VIOLATION ? (cause.constraint ?? '') : null;
}
