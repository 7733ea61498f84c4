import { Bandage } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { NoticePage } from '../../ui/notice-page.tsx';

/** Something in the page broke: a fresh start is one press away. */
export function CrashPage() {
  const { t } = useTranslation();
  return (
    <main className="flex min-h-dvh flex-col">
      <NoticePage
        icon={<Bandage className="size-8" />}
        title={t('problem.crashTitle')}
        text={t('problem.crashText')}
        actions={
          <Button variant="primary" onClick={() => window.location.reload()}>
            {t('app.reload')}
          </Button>
        }
      />
    </main>
  );
}
