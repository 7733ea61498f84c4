import type { SessionClient } from '@cowatch/shared/client';

export interface SessionOverlaysProps {
  readonly client: SessionClient;
  /** The picture has the window (theatre, full screen, a phone on its side), and the panels are folded: what is said is seen over the picture or not at all. */
  readonly alone: boolean;
}

/** What features show over the picture, above the captions and out of the way of the controls. A feature's overlay is one more entry in it. */
export function SessionOverlays(_props: SessionOverlaysProps) {
  return null;
}

/** The same below the captions: what flies over the picture and must not hide what is read. */
export function SessionUnderlays(_props: SessionOverlaysProps) {
  return null;
}
