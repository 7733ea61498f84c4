export { JoinGate } from './join-gate.tsx';
export { KeptLine } from './kept-line.tsx';
export { NoticeChips } from './notice-chips.tsx';
export {
  chosenName,
  friendlyName,
  type KnownPerson,
  rememberedPerson,
  rememberPerson,
  suggestedLook,
} from './person-name.ts';
export { ReturnCover } from './return-cover.tsx';
export { SessionHeader } from './session-header.tsx';
export { useSessionClient, useSessionValue } from './use-session-client.ts';
