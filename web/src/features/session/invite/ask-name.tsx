import { NAME_MAX_CHARS } from '@cowatch/shared/protocol';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { TextField } from '../../../ui/fields/text-field.tsx';

export interface AskNameProps {
  /** What the page called them so far. */
  readonly suggested: string;
  readonly onDone: (name: string) => void;
}

/** People who started the party saw no gate: what they are called is asked when others are about to come. */
export function AskName({ suggested, onDone }: AskNameProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const trimmed = name.trim();

  function submit(event: FormEvent) {
    event.preventDefault();
    onDone(trimmed || suggested);
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-3 rounded-card border border-transparent bg-accent-soft p-4">
      <TextField
        label={t('invite.askName')}
        hint={t('invite.askNameHint', { name: suggested })}
        name="nickname"
        autoComplete="nickname"
        enterKeyHint="done"
        maxLength={NAME_MAX_CHARS}
        placeholder={suggested}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant={trimmed ? 'primary' : 'secondary'}>
          {t('app.save')}
        </Button>
        <Button variant="ghost" onClick={() => onDone(suggested)}>
          {t('invite.askNameSkip')}
        </Button>
      </div>
    </form>
  );
}
