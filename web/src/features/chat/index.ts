import './words.ts';

export { useChatPanel } from './panel.tsx';
