import type { SessionClient } from '@cowatch/shared/client';
import { SkipForward } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../lib/hooks/use-client-value.ts';
import { Button } from '../../ui/button.tsx';
import { TitlePicture } from '../../ui/title-picture.tsx';
import { ItemFacts } from './list/item-facts.tsx';
import { SkipButton } from './skip-button.tsx';
import { useQueueView } from './use-queue-view.ts';

export interface NowPlayingProps {
  readonly session: SessionClient;
  readonly title: string;
  readonly onNext: () => void;
  readonly onSkip: (on: boolean) => void;
}

/** What is on, and how the party goes on from it. */
export function NowPlaying({ session, title, onNext, onSkip }: NowPlayingProps) {
  const { t } = useTranslation();
  const { queue } = session;
  const media = useClientValue(session, ({ playback }) => playback?.media ?? null);
  const sessionId = useClientValue(session, (state) => state.sessionId) ?? undefined;
  const memberId = useClientValue(session, ({ you }) => you?.memberId ?? null);
  const current = useQueueView(queue, (view) => view.current);
  const canReplace = useQueueView(queue, ({ you }) => you.canReplace);
  const hasNext = useQueueView(queue, ({ items }) => items.length > 0);
  if (media === null) return null;
  const addedBy = current?.addedBy ?? null;
  return (
    <section aria-labelledby="queue-now" className="px-3 pb-3">
      <h2 id="queue-now" className="text-sm font-semibold text-muted">
        {t('queue.now')}
      </h2>
      <div className="mt-2 flex items-center gap-3">
        <TitlePicture contentId={media.id} name={title} sessionId={sessionId} className="w-24" />
        <div className="min-w-0 flex-1">
          <p className="line-clamp-2 font-semibold wrap-anywhere">
            <bdi>{title}</bdi>
          </p>
          <ItemFacts durationS={media.durationS} addedBy={addedBy?.name ?? null} own={addedBy?.memberId === memberId} />
        </div>
      </div>
      {hasNext ? (
        <div className="mt-2 flex flex-wrap gap-2">
          <SkipButton session={session} onSkip={onSkip} />
          {canReplace ? (
            <Button icon={<SkipForward aria-hidden className="size-4 rtl:-scale-x-100" />} onClick={onNext}>
              {t('queue.playNext')}
            </Button>
          ) : null}
        </div>
      ) : null}
    </section>
  );
}
