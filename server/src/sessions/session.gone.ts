import { CodedError, type Media } from '@cowatch/shared/protocol';
import type { SessionRecord } from '@cowatch/shared/timeline';

/** The party is over; its video is named so that a new one can be started with it. */
export class SessionGoneError extends CodedError {
  readonly media: Media;

  constructor(media: Media) {
    super('gone', 'This party has ended.');
    this.media = media;
  }
}

/** The session, as long as it has not ended. @throws SessionGoneError */
export function going(record: SessionRecord): SessionRecord {
  if (record.endedAtMs !== null) throw new SessionGoneError(record.playback.media);
  return record;
}
