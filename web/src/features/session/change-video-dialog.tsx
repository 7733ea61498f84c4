import type { SessionClient } from '@cowatch/shared/client';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { checkVideoLink, type LinkProblem } from '../../lib/video-link.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';

export interface ChangeVideoDialogProps {
  readonly open: boolean;
  readonly client: SessionClient;
  readonly onClose: () => void;
}

/** Another video for the same party. */
export function ChangeVideoDialog({ open, client, onClose }: ChangeVideoDialogProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<{
    readonly problem: LinkProblem | 'refused';
    readonly service: string;
  } | null>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const verdict = checkVideoLink(text, window.location);
    if (verdict.kind !== 'video') {
      setTrouble(verdict.kind === 'party' ? { problem: 'notAVideo', service: '' } : verdict);
      return;
    }
    setBusy(true);
    const outcome = await client.load({ url: verdict.address });
    setBusy(false);
    if (!outcome.ok) {
      setTrouble({ problem: 'refused', service: '' });
      return;
    }
    setText('');
    onClose();
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('party.changeVideo')}
      text={t('party.changeVideoText')}
      closeLabel={t('app.close')}
    >
      <form noValidate onSubmit={submit} className="mt-4 flex flex-col gap-4">
        <TextField
          label={t('home.linkLabel')}
          labelHidden
          placeholder={t('home.linkLabel')}
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setTrouble(null);
          }}
          error={trouble ? t(`link.${trouble.problem}`, { service: trouble.service }) : null}
        />
        <Button type="submit" variant="primary" busy={busy}>
          {t('party.changeVideoDo')}
        </Button>
      </form>
    </Dialog>
  );
}
