export * from './content-id.ts';
export * from './media-head.ts';
export * from './media-url.ts';
