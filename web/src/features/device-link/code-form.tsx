import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { TextField } from '../../ui/fields/text-field.tsx';
import { readCode } from './user-code.ts';

/** Longest that is read: a code, and what people put between its letters. */
const TYPED_MAX_CHARS = 40;

/** Where one types the code that another device shows. */
export function CodeForm({ onCode }: { readonly onCode: (code: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [checked, setChecked] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const code = readCode(text);
  return (
    <Card title={t('deviceLink.enter')} text={t('deviceLink.enterText')}>
      <form
        noValidate
        className="flex flex-col gap-3 sm:flex-row sm:items-start"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          setChecked(true);
          if (code === null) field.current?.focus();
          else onCode(code);
        }}
      >
        <TextField
          ref={field}
          className="min-w-0 flex-1"
          fieldClassName="min-h-13 text-xl font-semibold tracking-widest uppercase placeholder:font-normal tabular"
          label={t('deviceLink.code')}
          labelHidden
          placeholder="ABCD-2345"
          autoComplete="one-time-code"
          autoCapitalize="characters"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="go"
          maxLength={TYPED_MAX_CHARS}
          value={text}
          error={checked && code === null ? t('deviceLink.notACode') : undefined}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" variant="primary" size="lg">
          {t('deviceLink.goOn')}
        </Button>
      </form>
    </Card>
  );
}
