import type { SessionRecord } from '../timeline/session-record.ts';
import type { ChangeOver } from './change-over.ts';
import type { QueueAction } from './queue-actions.ts';
import type { QueueEntry, QueueRecord } from './queue-record.ts';

export interface QueueContext {
  /** The session as it is now: rights, and what is on. */
  readonly session: SessionRecord;
  /** Cluster milliseconds. */
  readonly nowMs: number;
  /** Who acts, as the login and the roster say; null for what happens by itself. */
  readonly actor: { readonly memberId: string; readonly name: string } | null;
  /** People in the party who are not away. */
  readonly present: number;
}

/** What is to be different. */
export interface Change {
  readonly queue?: Partial<Omit<QueueRecord, 'version' | 'ops'>>;
  readonly changeOver?: ChangeOver;
  readonly added?: readonly (string | null)[];
  /** What it was about, for people to hear of. */
  readonly about?: { readonly entry: Pick<QueueEntry, 'itemId' | 'media'> | null; readonly count: number };
}

export type Act<K extends QueueAction['kind']> = Extract<QueueAction, { readonly kind: K }>;
export type Actor = NonNullable<QueueContext['actor']>;
