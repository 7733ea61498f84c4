import { DEVICE_NAME_MAX_CHARS, type Passkey } from '@cowatch/shared/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AlertText } from '../../ui/alert-text.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { TextField } from '../../ui/fields/text-field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { IconTile } from '../../ui/icon-tile.tsx';
import { LazyConfirmDialog } from '../../ui/overlays/lazy-dialogs.tsx';
import { accountWords } from './account-words.ts';
import { addPasskey, fetchNewPasskeyChallenge, fetchPasskeys, removePasskey } from './api.ts';
import { createPasskey, hasPasskeys } from './passkeys.ts';
import { PasswordDialog } from './password-dialog.tsx';

const PASSKEYS_QUERY = ['passkeys'];

export interface PasskeysSectionProps {
  readonly username: string;
  readonly deviceName: string;
}

/** Ways to sign in without a password. Nothing at all where there is none and this page can make none. */
export function PasskeysSection({ username, deviceName }: PasskeysSectionProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [asking, setAsking] = useState<Passkey | null>(null);
  const list = useQuery({ queryKey: PASSKEYS_QUERY, queryFn: fetchPasskeys, staleTime: 0 });
  const refresh = () => queries.invalidateQueries({ queryKey: PASSKEYS_QUERY });
  const remove = useMutation({ mutationFn: removePasskey, onSettled: refresh });
  const passkeys = list.data?.passkeys ?? [];
  const offered = hasPasskeys();
  const problem = list.error ?? remove.error;
  const since = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium' });
  if (!offered && passkeys.length === 0) return null;
  return (
    <Card title={t('account.passkeys')} text={t('account.passkeysText')}>
      {problem ? <AlertText>{accountWords(t, problem)}</AlertText> : null}
      {passkeys.length > 0 ? (
        <ul aria-label={t('account.passkeys')} className="flex flex-col divide-y divide-line">
          {passkeys.map((passkey) => (
            <li key={passkey.id} className="flex min-w-0 items-center gap-3 py-2">
              <IconTile icon={KeyRound} />
              <div className="min-w-0 flex-1">
                <p className="truncate font-semibold">{passkey.name}</p>
                <p className="text-sm text-muted">{t('account.passkeySince', { date: since.format(passkey.createdAtMs) })}</p>
              </div>
              <IconButton
                label={t('account.removePasskey', { name: passkey.name })}
                icon={<Trash2 aria-hidden className="size-4.5" />}
                onClick={() => setAsking(passkey)}
              />
            </li>
          ))}
        </ul>
      ) : null}
      {offered ? (
        <Button className="self-start" icon={<Plus aria-hidden className="size-4.5" />} onClick={() => setAdding(true)}>
          {t('account.addPasskey')}
        </Button>
      ) : null}
      {adding ? (
        <AddPasskeyDialog
          username={username}
          suggestedName={deviceName}
          onClose={() => {
            setAdding(false);
            void refresh();
          }}
        />
      ) : null}
      <LazyConfirmDialog
        open={asking !== null}
        title={t('account.removePasskeyAsk', { name: asking?.name ?? '' })}
        text={t('account.removePasskeyText')}
        confirmLabel={t('account.remove')}
        cancelLabel={t('app.cancel')}
        onConfirm={() => {
          if (asking !== null) remove.mutate(asking.id);
          setAsking(null);
        }}
        onClose={() => setAsking(null)}
      />
    </Card>
  );
}

function AddPasskeyDialog(props: { readonly username: string; readonly suggestedName: string; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(props.suggestedName);
  const called = name.trim();
  return (
    <PasswordDialog
      title={t('account.addPasskey')}
      text={t('account.addPasskeyText')}
      username={props.username}
      doLabel={t('account.addPasskeyDo')}
      ready={() => called !== ''}
      act={async (password) => {
        const made = await createPasskey(await fetchNewPasskeyChallenge(password));
        await addPasskey(made, called);
        props.onClose();
      }}
      onClose={props.onClose}
    >
      <TextField
        label={t('account.passkeyName')}
        error={called === '' ? t('account.passkeyNameMissing') : undefined}
        value={name}
        maxLength={DEVICE_NAME_MAX_CHARS}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
      />
    </PasswordDialog>
  );
}
