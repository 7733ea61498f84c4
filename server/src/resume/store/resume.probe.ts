import { titleOf } from '@cowatch/shared/resume';
import type { TitleChange } from './resume.store.ts';

const CONTENT = 'title:sample';
const SITTING = '0'.repeat(32);
const DEVICE = { id: 'sample-device', name: 'Sample' };

const RECORD = {
  contentId: CONTENT,
  committed: true,
  intentAtMs: 1,
  sittingId: SITTING,
  seq: 1,
  savedAtMs: 1,
  device: DEVICE,
  positionMs: 1,
  durationMs: 3_600_000,
  watchedMs: 1,
  previousPositionMs: 1,
  state: 'active' as const,
};

/** Probe write: a change with every part that a change can have, of no viewer. A store that refuses it refuses everything. */
export const PROBE: TitleChange = {
  viewerId: 'sample',
  contentId: CONTENT,
  put: null,
  ...titleOf(RECORD, { url: 'https://example.org/sample.mp4', title: 'Sample' }),
};
