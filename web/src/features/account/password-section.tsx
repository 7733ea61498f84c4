import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { PasswordField } from '../../ui/fields/password-field.tsx';
import { changePassword } from './api.ts';
import { LENGTHS, newPasswordFault } from './credentials-rules.ts';
import { PasswordDialog } from './password-dialog.tsx';

export interface PasswordSectionProps {
  readonly username: string;
  /** The password is another one, and every other device is signed out. */
  readonly onChanged: () => void;
}

/** Another password. */
export function PasswordSection({ username, onChanged }: PasswordSectionProps) {
  const { t } = useTranslation();
  const [changing, setChanging] = useState(false);
  const [changed, setChanged] = useState(false);
  return (
    <Card
      title={t('account.password')}
      text={<span role="status">{changed ? t('account.passwordChanged') : t('account.passwordText')}</span>}
      end={<Button onClick={() => setChanging(true)}>{t('account.changePassword')}</Button>}
    >
      {changing ? (
        <ChangePasswordDialog
          username={username}
          onChanged={() => {
            setChanging(false);
            setChanged(true);
            onChanged();
          }}
          onClose={() => setChanging(false)}
        />
      ) : null}
    </Card>
  );
}

function ChangePasswordDialog(props: PasswordSectionProps & { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [newPassword, setNewPassword] = useState('');
  const [checked, setChecked] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const fault = newPasswordFault(newPassword);
  return (
    <PasswordDialog
      title={t('account.changePassword')}
      text={t('account.changePasswordText')}
      username={props.username}
      doLabel={t('account.changePasswordDo')}
      ready={() => {
        setChecked(true);
        if (fault !== null) field.current?.focus();
        return fault === null;
      }}
      act={async (password) => {
        await changePassword({ password, newPassword });
        props.onChanged();
      }}
      onClose={props.onClose}
    >
      <PasswordField
        ref={field}
        label={t('account.newPassword')}
        showLabel={t('account.showNewPassword')}
        hideLabel={t('account.hideNewPassword')}
        hint={t('account.passwordHint', LENGTHS)}
        error={checked && fault ? t(`account.${fault}`, LENGTHS) : undefined}
        value={newPassword}
        autoComplete="new-password"
        onChange={(event) => setNewPassword(event.target.value)}
        required
      />
    </PasswordDialog>
  );
}
