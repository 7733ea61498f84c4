export { playNext } from './coming/play-next.ts';
export type { UpNext } from './coming/up-next.ts';
export { useUpNext } from './coming/use-up-next.ts';
