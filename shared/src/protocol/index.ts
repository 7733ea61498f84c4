export * from './accounts.ts';
export * from './devices.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './limits.ts';
export * from './resume.ts';
export * from './schemas.ts';
export * from './state.ts';
