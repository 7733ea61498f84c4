export type { ControlHint, PartyControls } from './controls/party-controls.ts';
export { type PictureSize, usePictureSize } from './stage/use-picture-size.ts';
export { VideoPlayer, type VideoPlayerProps } from './video-player.tsx';
