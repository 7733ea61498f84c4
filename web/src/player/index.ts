export type { ControlHint, PartyControls } from './controls/party-controls.ts';
export { PartyPlayer, type PartyPlayerProps } from './party-player.tsx';
export { type PictureSize, usePictureSize } from './stage/use-picture-size.ts';
