export * from './accounts.ts';
export * from './events.ts';
export * from './resume.ts';
export * from './session.ts';
