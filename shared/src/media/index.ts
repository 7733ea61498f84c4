export * from './content-id.ts';
export * from './former-content-ids.ts';
export { isLocalHost } from './hosts.ts';
export { MEDIA_NAME } from './media-files.ts';
export * from './media-head.ts';
export * from './media-url.ts';
export { isVideoUrl, linksIn } from './pasted-link.ts';
