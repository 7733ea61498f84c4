import { RefreshCw, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';

/** "Updated · Reload when you like", out of everybody's way. */
export function UpdateNoticeBox() {
  const { t } = useTranslation();
  const [dismissed, setDismissed] = useState(false);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 top-[calc(env(safe-area-inset-top)+4rem)] z-30 flex justify-center px-4 [:fullscreen_&]:hidden"
    >
      {dismissed ? null : (
        <div className="pointer-events-auto flex max-w-full animate-rise items-center gap-1 card py-1 ps-4 pe-1 text-sm text-text shadow-2xl">
          <span className="me-2 min-w-0 font-medium">{t('app.updated')}</span>
          <Button
            variant="ghost"
            className="text-accent"
            icon={<RefreshCw aria-hidden className="size-4" />}
            onClick={() => window.location.reload()}
          >
            {t('app.reload')}
          </Button>
          <IconButton label={t('app.close')} icon={<X aria-hidden className="size-5" />} onClick={() => setDismissed(true)} />
        </div>
      )}
    </div>
  );
}
