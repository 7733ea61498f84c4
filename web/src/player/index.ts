export type { ControlHint, PartyControls } from './party-controls.ts';
export { PartyPlayer, type PartyPlayerProps } from './party-player.tsx';
export { type PictureSize, usePictureSize } from './use-picture-size.ts';
