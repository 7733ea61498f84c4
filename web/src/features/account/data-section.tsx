import { useMutation } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AlertText } from '../../ui/alert-text.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { LazyConfirmDialog } from '../../ui/overlays/lazy-dialogs.tsx';
import { accountWords } from './account-words.ts';
import { eraseMe } from './api.ts';
import { PasswordDialog } from './password-dialog.tsx';

export interface DataSectionProps {
  /** Null for a guest, who has no password to be asked for. */
  readonly username: string | null;
  /** The button that takes everything along. */
  readonly download: ReactNode;
  readonly onErased: () => void;
}

/** What is kept of somebody: to take along, and to erase. */
export function DataSection({ username, download, onErased }: DataSectionProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const erase = useMutation({ mutationFn: () => eraseMe(), onSuccess: onErased });
  return (
    <Card title={t('account.data')} text={username === null ? t('account.dataGuestText') : t('account.dataText')}>
      {erase.error ? <AlertText>{accountWords(t, erase.error)}</AlertText> : null}
      <div className="flex flex-wrap gap-3">
        {download}
        <Button
          variant="dangerGhost"
          icon={<Trash2 aria-hidden className="size-4" />}
          busy={erase.isPending}
          onClick={() => setAsking(true)}
        >
          {t('account.erase')}
        </Button>
      </div>
      {username === null ? (
        <LazyConfirmDialog
          open={asking}
          title={t('account.eraseAsk')}
          text={t('account.eraseGuestText')}
          confirmLabel={t('account.eraseDo')}
          cancelLabel={t('app.cancel')}
          onConfirm={() => {
            setAsking(false);
            erase.mutate();
          }}
          onClose={() => setAsking(false)}
        />
      ) : asking ? (
        <PasswordDialog
          danger
          title={t('account.eraseAsk')}
          text={t('account.eraseText')}
          username={username}
          doLabel={t('account.eraseDo')}
          act={async (password) => {
            await eraseMe(password);
            onErased();
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </Card>
  );
}
