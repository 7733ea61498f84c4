import type { QueueOutcome, SessionClient } from '@cowatch/shared/client';
import type { QueuePlayed } from '@cowatch/shared/protocol';
import { ChevronDown, EllipsisVertical, History, ListPlus, Play } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../lib/format-time.ts';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { useTitleName } from '../../../lib/titles/use-title-name.ts';
import { cx } from '../../../ui/cx.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { Menu } from '../../../ui/overlays/menu.tsx';
import type { MenuEntry } from '../../../ui/overlays/menu.types.ts';
import { Spinner } from '../../../ui/spinner.tsx';
import { TitlePicture } from '../../../ui/title-picture.tsx';
import { useQueueView } from '../use-queue-view.ts';
import { ItemFacts } from './item-facts.tsx';

export interface HistoryListProps {
  readonly session: SessionClient;
  readonly onOutcome: (outcome: QueueOutcome) => void;
}

/** What was on, folded until somebody wants to see it. */
export function HistoryList({ session, onOutcome }: HistoryListProps) {
  const { t } = useTranslation();
  const { queue } = session;
  const [open, setOpen] = useState(false);
  const id = useId();
  const history = useQueueView(queue, (view) => view.history);
  const memberId = useClientValue(session, ({ you }) => you?.memberId ?? null);
  return (
    <section className="border-t border-line">
      <h2>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          className="flex min-h-12 w-full items-center gap-2 px-3 text-sm font-semibold text-muted -outline-offset-2 hover:text-text"
          onClick={() => {
            if (!open) void queue.loadHistory();
            setOpen(!open);
          }}
        >
          <History aria-hidden className="size-4" />
          {t('queue.history')}
          <ChevronDown aria-hidden className={cx('ms-auto size-4 transition-transform duration-150', open && 'rotate-180')} />
        </button>
      </h2>
      {open ? (
        <div id={id} className="pb-2">
          {history === null ? (
            <p className="flex justify-center p-4">
              <Spinner className="size-5 animate-late" />
            </p>
          ) : history.length === 0 ? (
            <p className="px-3 py-2 text-sm text-muted">{t('queue.historyEmpty')}</p>
          ) : (
            <ul aria-label={t('queue.history')} className="flex flex-col px-1">
              {history.map((played) => (
                <PlayedRow
                  key={`${played.itemId} ${played.playedAtMs}`}
                  played={played}
                  own={played.addedBy?.memberId === memberId}
                  session={session}
                  onOutcome={onOutcome}
                />
              ))}
            </ul>
          )}
        </div>
      ) : null}
    </section>
  );
}

interface PlayedRowProps extends HistoryListProps {
  readonly played: QueuePlayed;
  readonly own: boolean;
}

function PlayedRow({ played, own, session, onOutcome }: PlayedRowProps) {
  const { t } = useTranslation();
  const { queue } = session;
  const { media, itemId, positionS, startS, addedBy } = played;
  const name = useTitleName()({ contentId: media.id, media });
  const canReplace = useQueueView(queue, ({ you }) => you.canReplace);
  const canQueue = useQueueView(queue, ({ you }) => you.canQueue);
  const done = (outcome: Promise<QueueOutcome>) => void outcome.then(onOutcome);
  const share = positionS !== undefined && media.durationS !== null ? Math.min(1, positionS / media.durationS) : null;
  const play = (label: string, fromS?: number): MenuEntry => ({
    kind: 'action',
    label,
    icon: <Play aria-hidden className="size-4.5" />,
    onSelect: () => done(queue.playNow(itemId, fromS)),
  });
  const entries: MenuEntry[] = [];
  if (canReplace && positionS !== undefined) entries.push(play(t('queue.playNowAt', { time: formatTime(positionS) })));
  if (canReplace) entries.push(play(t(positionS === undefined ? 'queue.playNow' : 'queue.playNowStart'), startS));
  if (canQueue) {
    entries.push({
      kind: 'action',
      label: t('queue.againQueue'),
      icon: <ListPlus aria-hidden className="size-4.5" />,
      onSelect: () => done(queue.again(itemId)),
    });
  }
  const label = t('queue.again', { title: name });
  return (
    <li className="queue-row flex min-h-16 items-center gap-2.5 ps-2 pe-1">
      <TitlePicture contentId={media.id} name={name} sessionId={session.state.sessionId} share={share} className="w-20" />
      <div className="min-w-0 flex-1 py-1.5">
        <p className="line-clamp-2 text-sm leading-snug font-semibold wrap-anywhere">
          <bdi>{name}</bdi>
        </p>
        <ItemFacts durationS={media.durationS} leftAtS={positionS} addedBy={addedBy?.name ?? null} own={own} />
      </div>
      {entries.length === 0 ? null : (
        <Menu
          label={label}
          entries={entries}
          trigger={<IconButton label={label} icon={<EllipsisVertical aria-hidden className="size-5" />} className="-outline-offset-2" />}
        />
      )}
    </li>
  );
}
