export * from './media-element.ts';
export * from './session-client.types.ts';
export * from './session-state.ts';
