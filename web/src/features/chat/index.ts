import './words.ts';

export { type ChatPanelProps, useChatPanel } from './panel.tsx';
