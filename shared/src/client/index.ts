export { hostEnvironment } from './environment.ts';
export * from './media-element.ts';
export { createSessionClient } from './session-client.ts';
export * from './session-client.types.ts';
export * from './session-state.ts';
