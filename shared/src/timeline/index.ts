export * from './decide.ts';
export { entitle } from './entitle.ts';
export * from './lead.ts';
export * from './permissions.ts';
export * from './position.ts';
export * from './session-record.ts';
export { subtitlesOf } from './subtitles.ts';
