import { type Me, USERNAME_MAX_CHARS } from '@cowatch/shared/protocol';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HttpProblem } from '../../lib/http/http.ts';
import { AlertText } from '../../ui/alert-text.tsx';
import { Button } from '../../ui/button.tsx';
import { PasswordField } from '../../ui/fields/password-field.tsx';
import { TextField } from '../../ui/fields/text-field.tsx';
import { accountWords, isUnknown, passwordWords } from './account-words.ts';
import { hasWatchedHere, signIn, signUp } from './api.ts';
import { LENGTHS, newPasswordFault, usernameFault } from './credentials-rules.ts';

export interface CredentialsFormProps {
  /** Somebody new, who chooses a name and a password, or somebody who has them. */
  readonly mode: 'signUp' | 'signIn';
  readonly username: string;
  readonly onUsername: (username: string) => void;
  readonly deviceName: string;
  readonly onDone: (me: Me) => void;
}

/** A name and a password. What is wrong is said at its field, which then has the focus. */
export function CredentialsForm({ mode, username, onUsername, deviceName, onDone }: CredentialsFormProps) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [checked, setChecked] = useState(false);
  const [isOwn, setOwn] = useState(true);
  const nameField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const isNew = mode === 'signUp';

  const enter = useMutation({
    mutationFn: () => (isNew ? signUp({ username, password, deviceName, bringGuest: isOwn }) : signIn({ username, password, deviceName })),
    onSuccess: onDone,
    onError(error) {
      if (isUnknown(error)) passwordField.current?.select();
      if (isTaken(error)) nameField.current?.select();
    },
  });

  // On a friend's laptop it is the friend's.
  const watched = useQuery({ queryKey: ['watched-here'], queryFn: hasWatchedHere, enabled: isNew });

  const nameFault = isNew ? usernameFault(username) : username === '' ? 'nameMissing' : null;
  const passwordFault = isNew ? newPasswordFault(password) : password === '' ? 'passwordMissing' : null;
  const problem = enter.error;
  const taken = isTaken(problem);
  const wrong = isUnknown(problem);

  function submit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (nameFault !== null) nameField.current?.focus();
    else if (passwordFault !== null) passwordField.current?.focus();
    else if (!enter.isPending) enter.mutate();
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        ref={nameField}
        label={t('account.name')}
        hint={isNew ? t('account.nameHint', LENGTHS) : undefined}
        error={taken ? t('account.nameTaken') : checked && nameFault ? t(`account.${nameFault}`, LENGTHS) : undefined}
        value={username}
        onChange={(event) => {
          enter.reset();
          onUsername(event.target.value.trim());
        }}
        autoComplete={isNew ? 'username' : 'username webauthn'}
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        maxLength={USERNAME_MAX_CHARS}
        required
      />
      <PasswordField
        ref={passwordField}
        label={t('account.password')}
        showLabel={t('account.showPassword')}
        hideLabel={t('account.hidePassword')}
        hint={isNew ? t('account.passwordHint', LENGTHS) : undefined}
        error={wrong ? t('account.wrong') : checked && passwordFault ? t(`account.${passwordFault}`, LENGTHS) : undefined}
        value={password}
        onChange={(event) => {
          enter.reset();
          setPassword(event.target.value);
        }}
        autoComplete={isNew ? 'new-password' : 'current-password'}
        enterKeyHint="go"
        required
      />
      {watched.data ? <OwnGuest checked={isOwn} onChange={setOwn} /> : null}
      {problem && !taken && !wrong ? <AlertText>{problemText(t, problem, isNew)}</AlertText> : null}
      <Button type="submit" variant="primary" size="lg" busy={enter.isPending}>
        {isNew ? t('account.signUp') : t('app.signIn')}
      </Button>
    </form>
  );
}

function problemText(t: TFunction, problem: unknown, isNew: boolean): string {
  if (problem instanceof HttpProblem && problem.code === 'bad_request') return t('account.refused');
  return (isNew ? accountWords : passwordWords)(t, problem);
}

const isTaken = (error: unknown) => error instanceof HttpProblem && error.code === 'conflict';

/** Whether what was watched in this browser comes along. */
function OwnGuest({ checked, onChange }: { readonly checked: boolean; readonly onChange: (checked: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <label className="flex min-h-11 cursor-pointer items-start gap-3 py-1">
      <input
        type="checkbox"
        className="mt-0.5 size-5 shrink-0 accent-accent"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        <span className="block text-sm font-semibold">{t('guest.own')}</span>
        <span className="block text-sm text-muted">{t('guest.ownText')}</span>
      </span>
    </label>
  );
}
