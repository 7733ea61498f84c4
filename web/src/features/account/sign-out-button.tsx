import { useMutation } from '@tanstack/react-query';
import { LogOut } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AlertText } from '../../ui/alert-text.tsx';
import { Button } from '../../ui/button.tsx';
import { accountWords } from './account-words.ts';
import { signOut } from './api.ts';

/** Signs this device out. What was watched stays with the account, so it does not ask. */
export function SignOutButton({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const out = useMutation({ mutationFn: signOut, onSuccess: onDone });
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button icon={<LogOut aria-hidden className="size-4" />} busy={out.isPending} onClick={() => out.mutate()}>
        {t('account.signOut')}
      </Button>
      {out.error ? <AlertText>{accountWords(t, out.error)}</AlertText> : null}
    </div>
  );
}
