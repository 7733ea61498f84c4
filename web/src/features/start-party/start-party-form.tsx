import { SAMPLE_TITLE_ID } from '@cowatch/shared/media';
import type { CreateSessionRequest, MediaRef, SessionInfo } from '@cowatch/shared/protocol';
import { useMutation } from '@tanstack/react-query';
import { Play, Sparkles } from 'lucide-react';
import { type FormEvent, type ReactNode, type Ref, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HttpProblem } from '../../lib/http/http.ts';
import { problemWords } from '../../lib/http/problem-words.ts';
import { LinkPreview } from '../../lib/titles/link-preview.tsx';
import { troubleWords, useLinkCheck } from '../../lib/titles/use-link-check.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields/text-field.tsx';
import { ServiceMarks } from './service-marks.tsx';

const SAMPLE_REF: MediaRef = { titleId: SAMPLE_TITLE_ID };

export interface StartPartyFormProps {
  /** Asks the server for a party. */
  readonly create: (request: CreateSessionRequest) => Promise<SessionInfo>;
  readonly onStarted: (session: SessionInfo) => void;
  /** The pasted link turned out to be a party's. */
  readonly onPartyLink: (sessionId: string) => void;
  /** Somebody wants to watch the pasted link alone. */
  readonly onAlone: (url: string) => void;
}

/** One field and one button: a link becomes a party. */
export function StartPartyForm({ create, onStarted, onPartyLink, onAlone }: StartPartyFormProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<HttpProblem | null>(null);
  const link = useLinkCheck();
  const { checking, trouble, anyway } = link;
  const field = useRef<HTMLInputElement>(null);

  const start = useMutation({
    mutationFn: (media: MediaRef) => create({ media }),
    onSuccess: onStarted,
    onError: (error) => setRefusal(error instanceof HttpProblem ? error : new HttpProblem('internal', String(error))),
  });

  /** Tries the pasted link, and goes on with it where nothing is in the way. */
  async function tryLink(goOn: (media: MediaRef) => void) {
    if (checking || start.isPending) return;
    setRefusal(null);
    const media = await link.check(text, onPartyLink);
    if (media) goOn(media);
    else field.current?.focus();
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    void tryLink((media) => start.mutate(media));
  }

  const seen = link.seen(text);
  const busy = checking || start.isPending;
  const sampleBusy = start.isPending && start.variables === SAMPLE_REF;
  return (
    <form noValidate onSubmit={submit} className="flex w-full flex-col gap-3">
      <div className="flex flex-col gap-3 sm:flex-row sm:items-start">
        <LinkField
          ref={field}
          value={text}
          onText={(next) => {
            setText(next);
            setRefusal(null);
            link.setTrouble(null);
          }}
          onPasted={link.ahead}
          error={trouble ? troubleWords(t, trouble) : refusal ? <RefusalText refusal={refusal} /> : null}
        />
        <Button type="submit" variant="primary" size="lg" busy={busy && !sampleBusy}>
          {t('home.start')}
        </Button>
      </div>
      {seen ? <LinkPreview media={seen} /> : null}
      {anyway ? (
        <div>
          <Button icon={<Play aria-hidden className="size-4" />} onClick={() => start.mutate(anyway)}>
            {t('problem.startAnyway')}
          </Button>
        </div>
      ) : null}
      <div className="flex flex-wrap items-center gap-x-2 gap-y-2">
        <Button
          icon={<Sparkles aria-hidden className="size-4 text-accent" />}
          busy={sampleBusy}
          onClick={() => {
            link.setTrouble(null);
            setRefusal(null);
            if (!start.isPending) start.mutate(SAMPLE_REF);
          }}
        >
          {t('home.sample')}
        </Button>
        <Button variant="ghost" onClick={() => void tryLink((media) => 'url' in media && onAlone(media.url))}>
          {t('home.alone')}
        </Button>
      </div>
      <ServiceMarks />
      <p role="status" className="sr-only">
        {checking ? t('link.checking') : start.isPending ? t('home.starting') : ''}
      </p>
    </form>
  );
}

interface LinkFieldProps {
  readonly ref: Ref<HTMLInputElement>;
  readonly value: string;
  readonly error: ReactNode;
  readonly onText: (text: string) => void;
  readonly onPasted: (text: string) => void;
}

function LinkField({ ref, value, error, onText, onPasted }: LinkFieldProps) {
  const { t } = useTranslation();
  return (
    <TextField
      ref={ref}
      className="min-w-0 flex-1"
      fieldClassName="min-h-13 text-lg"
      label={t('link.label')}
      labelHidden
      placeholder={t('link.label')}
      type="text"
      inputMode="url"
      autoComplete="off"
      autoCapitalize="off"
      autoCorrect="off"
      spellCheck={false}
      enterKeyHint="go"
      value={value}
      onChange={(event) => onText(event.target.value)}
      onPaste={(event) => onPasted(event.clipboardData.getData('text'))}
      error={error}
    />
  );
}

function RefusalText({ refusal }: { readonly refusal: HttpProblem }) {
  const { t } = useTranslation();
  if (refusal.code === 'bad_request') return t('link.refused');
  return problemWords(t, refusal, t('problem.startFailed'));
}
