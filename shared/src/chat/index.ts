export * from './admission.ts';
export * from './chat.constants.ts';
export * from './links.ts';
export * from './reactions.ts';
export * from './rights.ts';
export * from './sampling.ts';
export * from './slow-mode.ts';
export * from './text.ts';
