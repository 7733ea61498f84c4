import { X } from 'lucide-react';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { ago } from '../../lib/format-time.ts';
import { useUndo } from '../../lib/hooks/use-undo.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { TITLE_GRID, TitleCard } from '../../ui/title-card.tsx';
import { partiesOf, type RecentParties, type RecentParty } from './recent-parties.ts';

export interface RecentPartiesListProps {
  readonly parties: RecentParties;
  /** Whose are shown. */
  readonly viewerIds: readonly string[];
  /** What a party watched when this device was in it last. */
  readonly filmOf: (party: RecentParty) => { readonly contentId: string; readonly name: string };
  /** Wraps what is shown of a party in a link to it. */
  readonly link: (party: RecentParty, children: ReactNode) => ReactNode;
}

/** The parties somebody was in on this device; nothing at all where there are none. */
export function RecentPartiesList({ parties, viewerIds, filmOf, link }: RecentPartiesListProps) {
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
      <ul className={TITLE_GRID}>
        {list.map((party) => {
          const film = filmOf(party);
          return (
            <TitleCard
              key={party.sessionId}
              {...film}
              sessionId={party.sessionId}
              heading={party.title}
              // Nobody has to read twice what a party is called that is called as its film.
              line={
                <>
                  {ago(party.visitedAtMs, Date.now(), document.documentElement.lang)}
                  {film.name === party.title || party.mediaTitle === party.title ? null : (
                    <>
                      {' '}
                      · <bdi>{film.name}</bdi>
                    </>
                  )}
                </>
              }
              link={(children) => link(party, children)}
              end={
                <IconButton
                  label={t('recent.remove', { title: party.title })}
                  icon={<X aria-hidden className="size-4.5" />}
                  onClick={() => {
                    parties.remove(party.sessionId);
                    setRemoved(party);
                  }}
                />
              }
            />
          );
        })}
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
