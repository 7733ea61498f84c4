import type { MediaRef, SessionInfo } from '@cowatch/shared/protocol';
import { useMutation } from '@tanstack/react-query';
import { Play, Sparkles } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createSession } from '../../lib/api.ts';
import { HttpProblem } from '../../lib/http.ts';
import { probeVideo } from '../../lib/probe-video.ts';
import { problemWords } from '../../lib/problem-words.ts';
import { checkVideoLink, type LinkProblem } from '../../lib/video-link.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ServiceMarks } from './service-marks.tsx';

/** How long a link that does not say what it is may take to show a video. */
const PROBE_MS = 4000;
const SAMPLE: MediaRef = { titleId: 'sample' };

export interface StartPartyFormProps {
  readonly onStarted: (session: SessionInfo) => void;
  /** The pasted link turned out to be a party's. */
  readonly onPartyLink: (sessionId: string) => void;
  /** Somebody wants to watch the pasted link alone. */
  readonly onAlone: (url: string) => void;
}

type Trouble =
  | { readonly kind: 'link'; readonly problem: LinkProblem; readonly service: string; readonly anyway: MediaRef | null }
  | { readonly kind: 'http'; readonly problem: HttpProblem };

/** One field and one button: a link becomes a party. */
export function StartPartyForm({ onStarted, onPartyLink, onAlone }: StartPartyFormProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [checking, setChecking] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const field = useRef<HTMLInputElement>(null);

  const start = useMutation({
    mutationFn: (media: MediaRef) => createSession({ media }),
    onSuccess: onStarted,
    onError: (error) => {
      const problem = error instanceof HttpProblem ? error : new HttpProblem('internal', String(error));
      setTrouble({ kind: 'http', problem });
    },
  });

  /** The link of a video that was pasted; null where it is none, which is said then. */
  function pasted() {
    const verdict = checkVideoLink(text, window.location);
    if (verdict.kind === 'party') onPartyLink(verdict.sessionId);
    if (verdict.kind === 'problem') {
      setTrouble({ kind: 'link', problem: verdict.problem, service: verdict.service, anyway: null });
      field.current?.focus();
    }
    return verdict.kind === 'party' || verdict.kind === 'problem' ? null : verdict;
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (checking || start.isPending) return;
    const verdict = pasted();
    if (verdict === null) return;
    setTrouble(null);
    const media = { url: verdict.address };
    if (!verdict.certain) {
      setChecking(true);
      const found = await probeVideo(verdict.url, PROBE_MS);
      setChecking(false);
      if (found === 'fails') {
        setTrouble({ kind: 'link', problem: 'notAVideo', service: '', anyway: media });
        field.current?.focus();
        return;
      }
    }
    start.mutate(media);
  }

  const busy = checking || start.isPending;
  const sampleBusy = start.isPending && start.variables === SAMPLE;
  return (
    <form noValidate onSubmit={submit} className="flex w-full flex-col gap-3">
      <div className="flex flex-col gap-3 sm:flex-row sm:items-start">
        <TextField
          ref={field}
          className="min-w-0 flex-1"
          fieldClassName="min-h-13 text-lg"
          label={t('home.linkLabel')}
          labelHidden
          placeholder={t('home.linkLabel')}
          type="text"
          inputMode="url"
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="go"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setTrouble(null);
          }}
          error={trouble ? <TroubleText trouble={trouble} /> : null}
        />
        <Button type="submit" variant="primary" size="lg" busy={busy && !sampleBusy}>
          {t('home.start')}
        </Button>
      </div>
      {trouble?.kind === 'link' && trouble.anyway ? (
        <div>
          <Button
            icon={<Play aria-hidden className="size-4" />}
            onClick={() => trouble.anyway && start.mutate(trouble.anyway)}
          >
            {t('home.startAnyway')}
          </Button>
        </div>
      ) : null}
      <div className="flex flex-wrap items-center gap-x-2 gap-y-2">
        <Button
          icon={<Sparkles aria-hidden className="size-4 text-accent" />}
          busy={sampleBusy}
          onClick={() => {
            setTrouble(null);
            if (!busy) start.mutate(SAMPLE);
          }}
        >
          {t('home.sample')}
        </Button>
        <Button
          variant="ghost"
          onClick={() => {
            const verdict = busy ? null : pasted();
            if (verdict !== null) onAlone(verdict.address);
          }}
        >
          {t('watch.alone')}
        </Button>
      </div>
      <ServiceMarks />
      <p role="status" className="sr-only">
        {checking ? t('home.checking') : start.isPending ? t('home.starting') : ''}
      </p>
    </form>
  );
}

function TroubleText({ trouble }: { readonly trouble: Trouble }) {
  const { t } = useTranslation();
  if (trouble.kind === 'link') return t(`link.${trouble.problem}`, { service: trouble.service });
  if (trouble.problem.code === 'bad_request') return t('link.refused');
  return problemWords(t, trouble.problem, t('problem.startFailed'));
}
