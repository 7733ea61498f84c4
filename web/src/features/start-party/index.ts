import './words.ts';

export { StartPartyForm } from './start-party-form.tsx';
export { TogetherPicture } from './together-picture.tsx';
