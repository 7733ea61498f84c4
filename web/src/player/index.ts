export type { ControlHint, PlaybackControls } from './controls/playback-controls.ts';
export { type PictureSize, usePictureSize } from './stage/use-picture-size.ts';
export { VideoPlayer, type VideoPlayerProps } from './video-player.tsx';
