import { FileUp, User, Users } from 'lucide-react';
import { type ChangeEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import type { Captions } from './captions.ts';
import type { SharingFault } from './party-subtitles.ts';
import { readSubtitleFile, type SubtitleFault } from './subtitle-file.ts';

type Audience = 'me' | 'everyone';

/** Why a file is not there: what is wrong with it, or with sharing it. */
type AddingFault =
  | { readonly words: 'fault'; readonly kind: SubtitleFault | 'not-read' }
  | { readonly words: 'sharing'; readonly kind: SharingFault };

export interface AddSubtitlesProps {
  readonly captions: Captions;
  /** One of one's own is there already. */
  readonly again: boolean;
}

/** Picks a subtitle file: for oneself, and where one controls the party for everyone, too. What cannot be done says why. */
export function AddSubtitles({ captions, again }: AddSubtitlesProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const audience = useRef<Audience>('me');
  const [fault, setFault] = useState<AddingFault | null>(null);
  const [busy, setBusy] = useState<Audience | null>(null);
  const sharing = captions.party()?.you.canControl ?? false;

  function take(event: ChangeEvent<HTMLInputElement>) {
    const field = event.currentTarget;
    const [file] = field.files ?? [];
    if (!file) return;
    setBusy(audience.current);
    void add(captions, file, audience.current)
      .then(setFault)
      .finally(() => setBusy(null));
    // The same file again is a choice again.
    field.value = '';
  }
  function pick(forWhom: Audience) {
    audience.current = forWhom;
    input.current?.click();
  }

  return (
    <div className="mt-1.5 flex flex-col gap-1.5">
      <input
        ref={input}
        type="file"
        accept=".vtt,.srt,.ssa,.ass,text/vtt,application/x-subrip"
        aria-hidden
        tabIndex={-1}
        className="hidden"
        onChange={take}
      />
      {sharing ? (
        <AudienceButtons busy={busy} onPick={pick} />
      ) : (
        <Button busy={busy !== null} icon={<FileUp aria-hidden className="size-4" />} onClick={() => pick('me')}>
          {again ? t('captions.addOther') : t('captions.add')}
        </Button>
      )}
      {fault ? (
        <p role="alert" className="text-sm text-danger">
          {fault.words === 'fault' ? t(`captions.fault.${fault.kind}`) : t(`captions.sharing.${fault.kind}`)}
        </p>
      ) : (
        <p className="text-sm text-muted">{t(sharing ? 'captions.addHintParty' : 'captions.addHint')}</p>
      )}
    </div>
  );
}

/** For whom a file is to be added. */
function AudienceButtons({ busy, onPick }: { readonly busy: Audience | null; readonly onPick: (audience: Audience) => void }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is within a fieldset of which it is a part
    <div role="group" aria-labelledby={id} className="flex flex-col gap-1.5">
      <p id={id} className="text-sm font-semibold text-muted">
        {t('captions.add')}
      </p>
      <div className="flex flex-wrap gap-1.5">
        <Button className="flex-1" busy={busy === 'me'} icon={<User aria-hidden className="size-4" />} onClick={() => onPick('me')}>
          {t('captions.forMe')}
        </Button>
        <Button
          className="flex-1"
          busy={busy === 'everyone'}
          icon={<Users aria-hidden className="size-4" />}
          onClick={() => onPick('everyone')}
        >
          {t('captions.forEveryone')}
        </Button>
      </div>
    </div>
  );
}

async function add(captions: Captions, file: File, forWhom: Audience): Promise<AddingFault | null> {
  // What reads it may be out of reach, or the file may be gone: that says nothing of what is in it.
  const reading = await readSubtitleFile(file).catch(() => ({ ok: false, fault: 'not-read' }) as const);
  if (!reading.ok) return { words: 'fault', kind: reading.fault };
  if (forWhom === 'me') {
    captions.add(reading.file);
    return null;
  }
  const refusal = await captions.share(reading.file);
  return refusal === null ? null : { words: 'sharing', kind: refusal };
}
