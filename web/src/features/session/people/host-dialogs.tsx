import type { SessionClient } from '@cowatch/shared/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { lazyPart } from '../../../ui/lazy-part.tsx';
import type { useHostActions } from './use-host-actions.ts';

const OVER = { failure: 'over' } as const;
const BanDialog = lazyPart(() => import('./ban-dialog.tsx'), 'BanDialog', OVER);
const HandOverDialog = lazyPart(() => import('../hosts/hand-over-dialog.tsx'), 'HandOverDialog', OVER);

export interface HostDialogsProps {
  readonly client: SessionClient;
  readonly hosting: ReturnType<typeof useHostActions>;
}

/** What follows what a host did about somebody: the way back, or a question before there is none. */
export function HostDialogs({ client, hosting }: HostDialogsProps) {
  const { t } = useTranslation();
  const { kicked, setKicked, banned, setBanned, handing, setHanding } = hosting;
  return (
    <>
      <div role="status" className="shrink-0">
        {kicked ? (
          <div className="flex items-center justify-between gap-2 border-t border-line bg-raised py-1.5 ps-4 pe-2 text-sm">
            <span className="min-w-0">{t('people.wasRemoved', { name: kicked.name })}</span>
            <Button
              variant="ghost"
              onClick={() => void client.admit(kicked.memberId, true).then(({ ok }) => (ok ? setKicked(null) : undefined))}
            >
              {t('app.undo')}
            </Button>
          </div>
        ) : null}
      </div>
      {banned ? <BanDialog open client={client} {...banned} onClose={() => setBanned(null)} /> : null}
      {handing ? <HandOverDialog open client={client} member={handing} onClose={() => setHanding(null)} /> : null}
    </>
  );
}
