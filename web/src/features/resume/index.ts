export { ContinueRow, ROW_QUERY } from './continue-row.tsx';
export { forgetWatched } from './open-resume.ts';
export { SavedBadge } from './saved-badge.tsx';
export { useTitleName } from './title-name.ts';
export { useResume, useResumeState } from './use-resume.ts';
export { useSoloWatch } from './use-solo-watch.ts';
export { WatchChip } from './watch-chip.tsx';
export { mediaToWatch, watchLink } from './watch-link.ts';
