export { JoinGate } from './join-gate.tsx';
export { KeptLine } from './kept-line.tsx';
export { NoticeChips } from './notice-chips.tsx';
export { chosenName, friendlyName, rememberedName, rememberName } from './person-name.ts';
export { SessionHeader } from './session-header.tsx';
export { useSessionClient, useSessionValue } from './use-session-client.ts';
