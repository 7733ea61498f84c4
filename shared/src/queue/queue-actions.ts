import type { Media, QueueCommand } from '../protocol/index.ts';

/** A video to be added, looked up. */
export interface AddedMedia {
  readonly media: Media;
  readonly startS: number;
}

type Enveloped = Pick<QueueCommand, 'sessionId' | 'opId' | 'issuedAtMs'>;

/** A command of a person; what an `add` adds arrives looked up, null where it is nothing that can be played. */
export type QueueAction =
  | Exclude<QueueCommand, { kind: 'add' }>
  | (Omit<Extract<QueueCommand, { kind: 'add' }>, 'items'> & { readonly items: readonly (AddedMedia | null)[] } & Enveloped);

/** What happens to a queue without anybody's command. Each may be repeated. */
export type QueueEvent =
  /** What is on, at this version of the timeline, has ended. */
  | { readonly kind: 'ended'; readonly version: number }
  /** Members are gone: their votes go with them. */
  | { readonly kind: 'left'; readonly memberIds: readonly string[] }
  /** Guests are this member now. */
  | { readonly kind: 'succeeded'; readonly guestIds: readonly string[]; readonly memberId: string }
  /** It is known what a medium is called. */
  | { readonly kind: 'known'; readonly mediaId: string; readonly title: string }
  /** Something else was loaded than what the queue had put on. */
  | { readonly kind: 'replaced' };
