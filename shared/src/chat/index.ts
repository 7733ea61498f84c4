export * from './chat.constants.ts';
export * from './text.ts';
