import type { SessionClient } from '@cowatch/shared/client';
import { contentIdOf, isSameFile, parseMediaUrl } from '@cowatch/shared/media';
import type { Media, MediaRef } from '@cowatch/shared/protocol';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LinkPreview } from '../../lib/titles/link-preview.tsx';
import { troubleWords, useLinkCheck } from '../../lib/titles/use-link-check.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields/text-field.tsx';
import { Dialog } from '../../ui/overlays/dialog.tsx';

export interface ChangeVideoDialogProps {
  readonly open: boolean;
  readonly client: SessionClient;
  /** Where the picture was lost on this device, in seconds; null while it is there. */
  readonly brokeOffAtS: number | null;
  readonly onClose: () => void;
}

/** Another video for the same party, or a fresh link of the one that is on. */
export function ChangeVideoDialog({ open, client, brokeOffAtS, onClose }: ChangeVideoDialogProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [loading, setLoading] = useState(false);
  const link = useLinkCheck();
  const { trouble, anyway } = link;

  async function load(media: MediaRef) {
    setLoading(true);
    const outcome = await client.load(media, placeFor(media, client.state.playback?.media ?? null, brokeOffAtS));
    setLoading(false);
    if (!outcome.ok) {
      link.setTrouble({ kind: 'link', problem: 'refused', service: '' });
      return;
    }
    setText('');
    onClose();
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (link.checking || loading) return;
    const media = await link.check(text);
    if (media) await load(media);
  }

  const seen = link.seen(text);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('party.changeVideo')}
      text={t(brokeOffAtS === null ? 'party.changeVideoText' : 'party.changeVideoFresh')}
      closeLabel={t('app.close')}
    >
      <form noValidate onSubmit={submit} className="mt-4 flex flex-col gap-4">
        <TextField
          label={t('link.label')}
          labelHidden
          placeholder={t('link.label')}
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            link.setTrouble(null);
          }}
          onPaste={(event) => link.ahead(event.clipboardData.getData('text'))}
          error={trouble ? troubleWords(t, trouble) : null}
        />
        {seen ? <LinkPreview media={seen} /> : null}
        <Button type="submit" variant="primary" busy={link.checking || loading}>
          {t('party.changeVideoDo')}
        </Button>
        {anyway ? <Button onClick={() => void load(anyway)}>{t('party.changeVideoAnyway')}</Button> : null}
        <p role="status" className="sr-only">
          {link.checking ? t('link.checking') : ''}
        </p>
      </form>
    </Dialog>
  );
}

/** A fresh link of a video that broke off goes on where it was last seen: the party has run on meanwhile, unseen. */
function placeFor(ref: MediaRef, media: Media | null, brokeOffAtS: number | null): number | undefined {
  if (brokeOffAtS === null || media === null || !('url' in ref)) return undefined;
  try {
    const parsed = parseMediaUrl(ref.url);
    const isSame = isSameFile(media, { id: contentIdOf(parsed), url: parsed.url });
    return isSame && parsed.startS === 0 ? brokeOffAtS : undefined;
  } catch {
    return undefined;
  }
}
