export * from './content-id.ts';
export * from './former-content-ids.ts';
export { isLocalHost } from './hosts.ts';
export { MEDIA_NAME } from './media-files.ts';
export * from './media-head.ts';
export * from './media-url.ts';
export { isPartyNameOf, partyNameFor } from './party-name.ts';
export { isVideoUrl, linksIn } from './pasted-link.ts';
export * from './readable-title.ts';
