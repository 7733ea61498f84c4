import type { ResumeSaveResult } from '@cowatch/shared/protocol';

export interface ResumeFloorPlan {
  /** Where it saves; null for the embedded database in `dataDir`. */
  readonly redisUrl: string | null;
  readonly dataDir: string | null;
  /** What the server was seen to answer to one position. */
  readonly answer: ResumeSaveResult;
}
