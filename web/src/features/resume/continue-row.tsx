import type { ResumeClient } from '@cowatch/shared/client';
import type { ContinueEntry, ResumeEntry } from '@cowatch/shared/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { EllipsisVertical, EyeOff, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useUndo } from '../../lib/hooks/use-undo.ts';
import { useTitleName } from '../../lib/titles/use-title-name.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/overlays/menu.tsx';
import { TITLE_GRID, TitleCard } from '../../ui/title-card.tsx';
import { fetchRow, hideTitle } from './api.ts';
import { useDeviceName } from './devices/use-devices.ts';
import { placeWords, shareOf } from './titles/progress.ts';

export const ROW_QUERY = ['continue'];

export interface ContinueRowProps {
  /** Knows what one's devices are called; null until it is open. */
  readonly resume: ResumeClient | null;
  /** Wraps what is shown of a title in a link to go on with it, where this page can play it. */
  readonly link: (entry: ResumeEntry, children: ReactNode) => ReactNode;
  readonly onStartOver: (entry: ResumeEntry) => void;
  readonly more: ReactNode;
}

/** What somebody may want to go on with; nothing at all where there is nothing. */
export function ContinueRow({ resume, link, onStartOver, more }: ContinueRowProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const row = useQuery({ queryKey: ROW_QUERY, queryFn: fetchRow, refetchOnWindowFocus: true, staleTime: 0 });
  const [hidden, setHidden] = useUndo<ResumeEntry>();
  const nameOf = useTitleName();
  const deviceNameOf = useDeviceName(resume);

  const change = async (entry: ResumeEntry, hide: boolean) => {
    // At once here; the server's answer comes with the row.
    queries.setQueryData<{ entries: readonly ContinueEntry[] }>(ROW_QUERY, (now) =>
      hide && now ? { entries: now.entries.filter(({ contentId }) => contentId !== entry.contentId) } : now,
    );
    setHidden(hide ? entry : null);
    await hideTitle(entry.contentId, hide).catch(() => setHidden(null));
    await queries.invalidateQueries({ queryKey: ROW_QUERY });
  };

  const entries = row.data?.entries ?? [];
  if (entries.length === 0 && !hidden) return null;
  return (
    <section aria-labelledby="continue-heading" className="w-full">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="continue-heading" className="text-lg font-bold">
          {t('resume.heading')}
        </h2>
        {more}
      </div>
      <ul className={TITLE_GRID}>
        {entries.map(({ contentId, entry }) => (
          <ContinueItem
            key={contentId}
            entry={entry}
            deviceName={deviceNameOf(entry.device)}
            link={link}
            onStartOver={onStartOver}
            onHide={() => void change(entry, true)}
          />
        ))}
      </ul>
      <div role="status" className="mt-3 min-h-11">
        {hidden ? (
          <p className="flex animate-fade flex-wrap items-center gap-x-3 text-sm text-muted">
            {t('resume.hidden', { title: nameOf(hidden) })}
            <Button variant="ghost" onClick={() => void change(hidden, false)}>
              {t('app.undo')}
            </Button>
          </p>
        ) : null}
      </div>
    </section>
  );
}

interface ContinueItemProps extends Pick<ContinueRowProps, 'link' | 'onStartOver'> {
  readonly entry: ResumeEntry;
  readonly deviceName: string;
  readonly onHide: () => void;
}

/** One title of the row: where one is in it, on what, and what else can be done with it. */
function ContinueItem({ entry, deviceName, link, onStartOver, onHide }: ContinueItemProps) {
  const { t } = useTranslation();
  const name = useTitleName()(entry);
  const label = t('resume.menu', { title: name });
  return (
    <TitleCard
      contentId={entry.contentId}
      name={name}
      share={shareOf(entry)}
      line={
        <>
          {placeWords(entry, t)} · {deviceName}
        </>
      }
      link={(children) => link(entry, children)}
      end={
        <Menu
          trigger={<IconButton label={label} icon={<EllipsisVertical aria-hidden className="size-4.5" />} />}
          label={label}
          align="end"
          entries={[
            {
              kind: 'action',
              label: t('resume.startOver'),
              icon: <RotateCcw aria-hidden className="size-4" />,
              onSelect: () => onStartOver(entry),
            },
            {
              kind: 'action',
              label: t('resume.hide'),
              icon: <EyeOff aria-hidden className="size-4" />,
              onSelect: onHide,
            },
          ]}
        />
      }
    />
  );
}
