import { Clapperboard, X } from 'lucide-react';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { ago } from '../../lib/format-time.ts';
import { useUndo } from '../../lib/hooks/use-undo.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { IconTile } from '../../ui/icon-tile.tsx';
import { partiesOf, type RecentParties, type RecentParty } from './recent-parties.ts';

export interface RecentPartiesListProps {
  readonly parties: RecentParties;
  /** Whose are shown. */
  readonly viewerIds: readonly string[];
  /** Wraps what is shown of a party in a link to it. */
  readonly link: (party: RecentParty, children: ReactNode) => ReactNode;
}

/** The parties somebody was in on this device; nothing at all where there are none. */
export function RecentPartiesList({ parties, viewerIds, link }: RecentPartiesListProps) {
  const { t } = useTranslation();
  const list = partiesOf(useSyncExternalStore(parties.subscribe, parties.list), viewerIds);
  const [removed, setRemoved] = useUndo<RecentParty>();

  if (list.length === 0 && !removed) return null;
  return (
    <section aria-labelledby="recent-heading" className="w-full">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="recent-heading" className="text-lg font-bold">
          {t('recent.heading')}
        </h2>
        <p className="text-sm text-muted">{t('recent.note')}</p>
      </div>
      <ul className="mt-3 grid gap-2 sm:grid-cols-2">
        {list.map((party) => (
          <li
            key={party.sessionId}
            className="flex min-w-0 items-center gap-1 card pe-1 transition-colors duration-150 hover:border-line-strong"
          >
            {link(
              party,
              <>
                <IconTile icon={Clapperboard} />
                <span className="min-w-0">
                  <span className="block truncate font-semibold">{party.title}</span>
                  <span className="block text-sm text-muted">{ago(party.visitedAtMs, Date.now(), document.documentElement.lang)}</span>
                </span>
              </>,
            )}
            <IconButton
              label={t('recent.remove', { title: party.title })}
              icon={<X aria-hidden className="size-4.5" />}
              onClick={() => {
                parties.remove(party.sessionId);
                setRemoved(party);
              }}
            />
          </li>
        ))}
      </ul>
      <div role="status" className="mt-3 min-h-11">
        {removed ? (
          <p className="flex animate-fade flex-wrap items-center gap-x-3 text-sm text-muted">
            {t('recent.removed', { title: removed.title })}
            <Button
              variant="ghost"
              onClick={() => {
                parties.record(removed);
                setRemoved(null);
              }}
            >
              {t('app.undo')}
            </Button>
          </p>
        ) : null}
      </div>
    </section>
  );
}
