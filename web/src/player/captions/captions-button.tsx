import { Captions as CaptionsIcon, CaptionsOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMediaQuery } from '../../lib/hooks/use-media-query.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';
import { Popover } from '../../ui/overlays/popover.tsx';
import { PartFailure } from '../../ui/part-failure.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { BarButton } from '../controls/bar-button.tsx';
import type { CaptionsHook } from './use-captions.ts';

const CaptionsMenu = lazyPart(() => import('./captions-menu.tsx'), 'CaptionsMenu');
const Dialog = lazyPart(() => import('../../ui/overlays/dialog.tsx'), 'Dialog', { failure: 'over' });

/** Where a menu beside its button would cover what it is about, it rises as a sheet. */
const PHONE = '(max-width: 559px), (max-height: 500px)';

/** Opens what there is to say about captions. */
export function CaptionsButton({ captions: { captions, state, load } }: { readonly captions: CaptionsHook }) {
  const { t } = useTranslation();
  const chosen = state?.chosen ?? null;
  const phone = useMediaQuery(PHONE);
  const [open, setOpen] = useState(false);
  const button = (
    <BarButton
      label={t('captions.title')}
      {...(chosen ? {} : { 'aria-description': t('captions.off') })}
      {...(phone ? { 'aria-haspopup': 'dialog', 'aria-expanded': open, onClick: () => setOpen(true) } : {})}
    >
      {chosen ? <CaptionsIcon aria-hidden className="size-6" /> : <CaptionsOff aria-hidden className="size-6" />}
    </BarButton>
  );
  const menu = captions ? <CaptionsMenu captions={captions} /> : <Load load={load} />;
  if (!phone) {
    return (
      <Popover trigger={button} label={t('captions.title')} side="top" dark>
        {menu}
      </Popover>
    );
  }
  return (
    <>
      {button}
      {open ? (
        <Dialog open onClose={() => setOpen(false)} title={t('captions.title')} closeLabel={t('app.close')}>
          {menu}
        </Dialog>
      ) : null}
    </>
  );
}

/** Fetches what the menu is about, once it is open. */
function Load({ load }: Pick<CaptionsHook, 'load'>) {
  const [failed, setFailed] = useState(false);
  useEffect(() => void load().catch(() => setFailed(true)), [load]);
  if (!failed) return <Spinner className="m-auto size-6 animate-late" />;
  return <PartFailure where="inline" onRetry={async () => void (await load())} />;
}
