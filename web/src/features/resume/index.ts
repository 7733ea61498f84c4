import './words.ts';

export { ContinueRow, ROW_QUERY } from './continue-row.tsx';
export { DeviceStrip } from './devices/device-strip.tsx';
export { PlayOnMenu } from './devices/play-on-menu.tsx';
export { useDeviceName, useDevices, useOffer } from './devices/use-devices.ts';
export { type SendTo, useSendTo } from './devices/use-send-to.ts';
export { dayName, historyDays } from './history/history-days.ts';
export { countWaiting, forgetKnownTitles, forgetWatched } from './open-resume.ts';
export { placeWords, shareOf } from './titles/progress.ts';
export { mediaToWatch, type WatchedMedia, watchLink } from './titles/watch-link.ts';
export { useResume, useResumeState } from './use-resume.ts';
export { SavedBadge } from './watch/saved-badge.tsx';
export { type SoloWatch, useSoloWatch } from './watch/use-solo-watch.ts';
export { WatchNews } from './watch/watch-news.tsx';
