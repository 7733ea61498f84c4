import { Trash2 } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { AddSubtitles } from './add-subtitles.tsx';
import { trackLabels } from './caption-choice.ts';
import type { CaptionTrack } from './caption-track.ts';
import type { Captions } from './captions.ts';
import { Choice, Group } from './choices.tsx';
import type { SharingFault } from './party-subtitles.ts';

/** The tracks that can be shown, and the way to add some. */
export function TrackGroup({ captions }: { readonly captions: Captions }) {
  const { t, i18n } = useTranslation();
  const { tracks, chosen, missing } = useSyncExternalStore(captions.subscribe, captions.state);
  const labels = trackLabels(tracks, i18n.language, (n) => t('captions.numbered', { n }));
  const added = tracks.some(({ source }) => source === 'file');
  const [fault, setFault] = useState<SharingFault | null>(null);
  return (
    <Group legend={t('captions.language')}>
      <Choice name="track" checked={chosen === null} label={t('captions.off')} onChoose={() => captions.choose(null)} />
      {tracks.map((track, index) => (
        <TrackChoice
          key={track.id}
          captions={captions}
          track={track}
          label={labels[index] ?? ''}
          checked={chosen?.id === track.id}
          onUnshared={setFault}
        />
      ))}
      {fault ? (
        <p role="alert" className="mt-1.5 text-sm text-danger">
          {t(`captions.sharing.${fault}`)}
        </p>
      ) : null}
      {missing ? (
        <div role="alert" className="mt-1.5 flex items-center gap-2 text-sm text-danger">
          <span className="flex-1">{t('captions.missing')}</span>
          <Button onClick={() => captions.choose(missing.id)}>{t('app.tryAgain')}</Button>
        </div>
      ) : null}
      <AddSubtitles captions={captions} again={added} />
    </Group>
  );
}

interface TrackChoiceProps {
  readonly captions: Captions;
  readonly track: CaptionTrack;
  readonly label: string;
  readonly checked: boolean;
  /** Told what came of taking it away from everyone: null where that is done. */
  readonly onUnshared: (fault: SharingFault | null) => void;
}

function TrackChoice({ captions, track: { id, source, party }, label, checked, onUnshared }: TrackChoiceProps) {
  const { t } = useTranslation();
  const addedBy = party && (party.own ? t('captions.addedByYou') : t('captions.addedBy', { name: party.track.addedBy.name }));
  return (
    <Choice name="track" checked={checked} label={label} note={addedBy} onChoose={() => captions.choose(id)}>
      {party?.removable ? (
        <IconButton
          label={t('captions.removeForAll', { label })}
          icon={<Trash2 aria-hidden className="size-4.5" />}
          onClick={() => void captions.unshare(party.track.id).then(onUnshared)}
        />
      ) : null}
      {source === 'file' ? (
        <IconButton
          label={t('captions.removeFile')}
          icon={<Trash2 aria-hidden className="size-4.5" />}
          onClick={() => captions.removeFile()}
        />
      ) : null}
    </Choice>
  );
}
