export * from './accounts.ts';
export * from './chat.ts';
export * from './events.ts';
export * from './queue.ts';
export * from './resume.ts';
export * from './session.ts';
