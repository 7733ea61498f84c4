import './words.ts';

export { useRefusedRights } from './hosts/use-refused-rights.ts';
export { JoinGate } from './join/join-gate.tsx';
export { ReturnCover } from './join/return-cover.tsx';
export {
  chosenName,
  friendlyName,
  type KnownPerson,
  rememberedPerson,
  rememberPerson,
  suggestedLook,
} from './people/person-name.ts';
export { SessionHeader } from './session-header.tsx';
export { KeptLine } from './sync/kept-line.tsx';
export { preloadSessionClient, useSessionClient } from './use-session-client.ts';
