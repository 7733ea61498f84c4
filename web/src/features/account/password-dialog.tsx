import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AlertText } from '../../ui/alert-text.tsx';
import { Button } from '../../ui/button.tsx';
import { PasswordField } from '../../ui/fields/password-field.tsx';
import { Dialog } from '../../ui/overlays/dialog.tsx';
import { isUnknown, passwordWords } from './account-words.ts';

export interface PasswordDialogProps {
  readonly title: string;
  readonly text: ReactNode;
  /** Whose password it is: password managers read it. */
  readonly username: string;
  readonly doLabel: string;
  readonly danger?: boolean;
  /** Further fields, after the password. */
  readonly children?: ReactNode;
  /** Looks at the further fields, and says at them what is wrong. */
  readonly ready?: () => boolean;
  /** Does it; rejects where it did not work, which is said here. */
  readonly act: (password: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks for the password once more, and does something with it. */
export function PasswordDialog(props: PasswordDialogProps) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const act = useMutation({
    mutationFn: props.act,
    onError(error) {
      if (isUnknown(error)) field.current?.select();
    },
  });
  const wrong = isUnknown(act.error);

  function submit(event: FormEvent) {
    event.preventDefault();
    setMissing(password === '');
    if (password === '') field.current?.focus();
    else if (!act.isPending && (props.ready?.() ?? true)) act.mutate(password);
  }

  return (
    <Dialog open onClose={props.onClose} title={props.title} text={props.text} closeLabel={t('app.close')}>
      <form noValidate onSubmit={submit} className="mt-4 flex flex-col gap-4">
        <input type="text" autoComplete="username" value={props.username} readOnly hidden />
        <PasswordField
          ref={field}
          autoFocus
          label={t('account.yourPassword')}
          showLabel={t('account.showPassword')}
          hideLabel={t('account.hidePassword')}
          error={wrong ? t('account.passwordWrong') : missing ? t('account.passwordMissing') : undefined}
          value={password}
          onChange={(event) => {
            act.reset();
            setMissing(false);
            setPassword(event.target.value);
          }}
          autoComplete="current-password"
          required
        />
        {props.children}
        {act.error && !wrong ? <AlertText>{passwordWords(t, act.error)}</AlertText> : null}
        <div className="mt-2 flex flex-wrap justify-end gap-3">
          <Button onClick={props.onClose}>{t('app.cancel')}</Button>
          <Button type="submit" variant={props.danger ? 'danger' : 'primary'} busy={act.isPending}>
            {props.doLabel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
