import type { Me } from '@cowatch/shared/protocol';
import { KeyRound } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AlertText } from '../../ui/alert-text.tsx';
import { Button } from '../../ui/button.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { accountWords } from './account-words.ts';
import { CredentialsForm } from './credentials-form.tsx';
import { usePasskeySignIn } from './use-passkey-sign-in.ts';

export interface AccountStartProps {
  /** What this device is to be called among those of the account. */
  readonly deviceName: string;
  /** The way to sign in with a code; absent where one is at it already. */
  readonly byCode?: ReactNode;
  readonly onDone: (me: Me) => void;
}

/** The ways to an account: make one, or sign in to it. */
export function AccountStart({ deviceName, byCode, onDone }: AccountStartProps) {
  const { t } = useTranslation();
  // What was begun in one tab goes on in the other.
  const [username, setUsername] = useState('');
  const form = { username, onUsername: setUsername, deviceName, onDone };
  return (
    <div className="flex flex-col card">
      <Tabs
        label={t('account.ways')}
        tabs={[
          {
            id: 'sign-in',
            label: t('app.signIn'),
            content: <SignIn form={<CredentialsForm mode="signIn" {...form} />} deviceName={deviceName} byCode={byCode} onDone={onDone} />,
          },
          {
            id: 'sign-up',
            label: t('account.signUp'),
            content: (
              <div className="p-5 sm:p-6">
                <CredentialsForm mode="signUp" {...form} />
              </div>
            ),
          },
        ]}
      />
    </div>
  );
}

function SignIn({ form, byCode, deviceName, onDone }: AccountStartProps & { readonly form: ReactNode }) {
  const { t } = useTranslation();
  const passkey = usePasskeySignIn(deviceName, onDone);
  return (
    <div className="flex flex-col gap-5 p-5 sm:p-6">
      {form}
      {passkey.offered || byCode ? (
        <div className="flex flex-col gap-3">
          <p className="flex items-center gap-3 text-sm text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
            {t('account.or')}
          </p>
          {passkey.offered ? (
            <Button icon={<KeyRound aria-hidden className="size-4.5" />} busy={passkey.busy} onClick={passkey.ask}>
              {t('account.usePasskey')}
            </Button>
          ) : null}
          {passkey.error ? <AlertText>{accountWords(t, passkey.error)}</AlertText> : null}
          {byCode}
        </div>
      ) : null}
    </div>
  );
}
