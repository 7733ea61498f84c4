import '../../features/account/words.ts';
import type { Me } from '@cowatch/shared/protocol';
import { CloudOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { problemWords } from '../../lib/http/problem-words.ts';
import { Button } from '../../ui/button.tsx';
import { NoticePage } from '../../ui/notice-page.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { Page } from '../layout/page.tsx';
import { useMe } from '../me.ts';

/** A page that depends on who is here: waits until that is known, and says so where it cannot be. */
export function MePage(props: { readonly title: string; readonly children: (me: Me) => ReactNode }) {
  const { t } = useTranslation();
  const { me, ...asking } = useMe();
  return (
    <Page>
      <title>{props.title}</title>
      <div className="flex w-full flex-1 flex-col px-4 pt-6 pb-16 sm:px-6 sm:pt-10">
        {me ? (
          props.children(me)
        ) : asking.isPending ? (
          <div role="status" className="flex flex-1 items-center justify-center">
            <Spinner className="size-8 animate-late" />
            <span className="sr-only">{t('account.loading')}</span>
          </div>
        ) : (
          <NoticePage
            icon={<CloudOff className="size-7" />}
            title={t('account.unreachable')}
            text={problemWords(t, asking.error, t('problem.serverText'))}
            actions={
              <Button variant="primary" busy={asking.isFetching} onClick={() => void asking.refetch()}>
                {t('app.tryAgain')}
              </Button>
            }
          />
        )}
      </div>
    </Page>
  );
}
