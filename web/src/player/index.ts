export { usePartyParts } from './party/use-party-parts.ts';

import './words.ts';

export { type PictureSize, usePictureSize } from './stage/use-picture-size.ts';
export { VideoPlayer } from './video-player.tsx';
export type { UpcomingMedium, VideoPlayerProps } from './video-player.types.ts';
