import './words.ts';
import type { ResumeClient } from '@cowatch/shared/client';
import { DEVICE_NAME_MAX_CHARS } from '@cowatch/shared/protocol';
import { useMutation } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chosenName } from '../../features/session/people/person-name.ts';
import { nameOwnDevice } from '../../lib/identity/api.ts';
import { identity } from '../../lib/identity/identity.ts';
import { type FormFactor, formFactor, noteNameAsked, ownDevice } from '../../lib/identity/own-device.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields/text-field.tsx';
import { storage } from '../device.ts';
import { useMe } from '../me.ts';

export interface AskDeviceNameProps {
  /** Tells the other devices; null where this page has no line to them. */
  readonly resume: ResumeClient | null;
  readonly onNamed?: (name: string) => void;
}

export interface NameDeviceProps extends AskDeviceNameProps {
  readonly onClose: () => void;
}

/** Asks what this device is called, and suggests something that fits: "Ana’s laptop". */
export function NameDevice({ resume, onNamed, onClose }: NameDeviceProps) {
  const { t } = useTranslation();
  const { me } = useMe();
  const person = me?.account?.username ?? chosenName(storage, identity.viewerId ?? '', t);
  const [draft, setDraft] = useState<string | null>(null);
  const name = draft ?? suggestion(t, person, formFactor(navigator.userAgent, navigator.maxTouchPoints));
  const done = () => {
    noteNameAsked(storage);
    onClose();
  };
  const save = useMutation({
    async mutationFn() {
      if (resume === null) return void (await nameOwnDevice(storage, name.trim()));
      const answer = await resume.devices.rename(resume.device.id, name.trim());
      if (!answer.ok) throw new Error(answer.error.message);
    },
    onSuccess() {
      onNamed?.(ownDevice(storage, navigator.userAgent).name);
      done();
    },
  });
  return (
    <form
      aria-label={t('deviceNames.ask')}
      className="mt-2 flex animate-fade flex-wrap items-end gap-x-3 gap-y-2 card p-4"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (name.trim() !== '') save.mutate();
      }}
    >
      <div className="basis-full">
        <p className="font-semibold">{t('deviceNames.ask')}</p>
        <p className="text-sm text-muted">{t('deviceNames.askText')}</p>
      </div>
      <TextField
        className="min-w-0 flex-[1_1_14rem]"
        label={t('deviceNames.field')}
        labelHidden
        value={name}
        maxLength={DEVICE_NAME_MAX_CHARS}
        enterKeyHint="done"
        error={save.isError ? t('deviceNames.failed') : undefined}
        onChange={(event) => setDraft(event.target.value)}
      />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" className="min-h-12" busy={save.isPending} disabled={name.trim() === ''}>
          {t('app.save')}
        </Button>
        <Button variant="ghost" className="min-h-12" onClick={done}>
          {t('deviceNames.notNow')}
        </Button>
      </div>
    </form>
  );
}

const OWNED = {
  phone: 'deviceNames.phone',
  tablet: 'deviceNames.tablet',
  laptop: 'deviceNames.laptop',
  tv: 'deviceNames.tv',
} as const;
const MINE = {
  phone: 'deviceNames.myPhone',
  tablet: 'deviceNames.myTablet',
  laptop: 'deviceNames.myLaptop',
  tv: 'deviceNames.myTv',
} as const;

function suggestion(t: TFunction, person: string | null, form: FormFactor): string {
  return person === null ? t(MINE[form]) : t(OWNED[form], { name: person });
}
