import fc from 'fast-check';
import type { ResumeRecord } from './record.ts';
/** A name for a sitting that is easy to tell from others. */
export declare const sittingNamed: (name: number) => string;
export declare const TV: {
  id: string;
  name: string;
};
export declare const PHONE: {
  id: string;
  name: string;
};
/** A record of an hour's film, as of one who watches it. */
export declare function recordOf(changed?: Partial<ResumeRecord>): ResumeRecord;
/**
 * Records of one title that differ: several devices, few gestures and times, so that ties are common. What has one key is
 * one record, as sittings are numbered by the one device that has them.
 */
export declare const anyRecords: fc.Arbitrary<ResumeRecord[]>;
