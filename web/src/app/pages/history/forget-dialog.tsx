import { useTranslation } from 'react-i18next';
import { LazyConfirmDialog } from '../../../ui/overlays/lazy-dialogs.tsx';

/** What is about to be forgotten: one title, or all; null for nothing. */
export type Forgetting = { readonly contentId: string; readonly name: string } | 'all' | null;

export interface ForgetDialogProps {
  readonly asking: Forgetting;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks once: what is forgotten cannot be brought back. */
export function ForgetDialog({ asking, onConfirm, onClose }: ForgetDialogProps) {
  const { t } = useTranslation();
  return (
    <LazyConfirmDialog
      open={asking !== null}
      title={asking === 'all' ? t('history.clearAsk') : t('history.forgetAsk', { title: asking?.name ?? '' })}
      text={asking === 'all' ? t('history.clearText') : t('history.forgetText')}
      confirmLabel={asking === 'all' ? t('history.clearDo') : t('history.forgetDo')}
      cancelLabel={t('app.cancel')}
      onConfirm={onConfirm}
      onClose={onClose}
    />
  );
}
