import type { SessionClient } from '@cowatch/shared/client';
import { ChatOver } from '../../../features/chat/overlay/chat-over.tsx';
import { ReactionLayer } from '../../../features/chat/reactions/reaction-layer.tsx';
import { ChatLiveRegion } from '../../../features/chat/speech/live-region.tsx';
import { ChangeOverCard } from '../../../features/queue/coming/change-over-card.tsx';
import type { UpNext } from '../../../features/queue/index.ts';

export interface SessionOverlaysProps {
  readonly client: SessionClient;
  /** The picture has the window (theatre, full screen, a phone on its side), and the panels are folded: what is said is seen over the picture or not at all. */
  readonly alone: boolean;
  /** Counts the presses of the key that asks for the place to write. */
  readonly writeCalls: number;
  readonly upNext: UpNext | null;
}

/** What features show over the picture, above the captions and out of the way of the controls. A feature's overlay is one more entry in it. */
export function SessionOverlays({ client, alone, writeCalls, upNext }: SessionOverlaysProps) {
  return (
    <>
      <ChatLiveRegion client={client} />
      {alone ? <ChatOver client={client} calls={writeCalls} /> : null}
      <ChangeOverCard client={client} upNext={upNext} />
    </>
  );
}

/** The same below the captions: what flies over the picture and must not hide what is read. */
export function SessionUnderlays({ client }: Pick<SessionOverlaysProps, 'client'>) {
  return <ReactionLayer client={client} />;
}
