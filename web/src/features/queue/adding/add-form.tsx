import type { QueueClient } from '@cowatch/shared/client';
import type { MediaRef } from '@cowatch/shared/protocol';
import { FileUp, Plus } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isLinkList } from '../../../lib/titles/link-list.ts';
import { troubleWords, useLinkCheck } from '../../../lib/titles/use-link-check.ts';
import { Button } from '../../../ui/button.tsx';
import { TextField } from '../../../ui/fields/text-field.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { noRoomWords, refusalWords } from '../refusal-words.ts';
import { useQueueView } from '../use-queue-view.ts';
import { AddNote } from './add-note.tsx';
import type { Adding } from './use-adding.ts';

export interface AddFormProps {
  readonly queue: QueueClient;
  readonly adding: Adding;
  readonly onFile: (file: File) => void;
  /** What is wrong with a file that was chosen or dropped. */
  readonly fileTrouble: string | null;
  /** The field is used: what was wrong with a file is told no more. */
  readonly onInput: () => void;
  readonly say: (text: string) => void;
}

/** One field that takes a link, or a whole list of them. */
export function AddForm(props: AddFormProps) {
  const { queue, adding, onFile, fileTrouble } = props;
  const { t } = useTranslation();
  const may = useQueueView(queue, ({ you }) => you.canQueue);
  const loading = useQueueView(queue, ({ phase }) => phase === 'loading');
  const { field, text, link, busy, refusal, change, list, add, submit } = useLinkField(props);
  const reason = may || loading ? null : t('queue.noRight');
  const { anyway } = link;
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-2 p-3">
      <div className="flex items-start gap-2">
        <TextField
          ref={field}
          data-panel-focus
          className="min-w-0 flex-1"
          label={t('queue.addLabel')}
          labelHidden
          placeholder={t('queue.addPlaceholder')}
          inputMode="url"
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="done"
          disabled={reason !== null}
          hint={reason}
          value={text}
          onChange={(event) => change(event.target.value)}
          onPaste={(event) => {
            const pasted = event.clipboardData.getData('text');
            if (!isLinkList(pasted)) {
              link.ahead(pasted);
              return;
            }
            // A field of one line would make one of many.
            event.preventDefault();
            list(pasted);
          }}
          error={link.trouble ? troubleWords(t, link.trouble) : (refusal ?? fileTrouble)}
          end={reason === null ? <FileButton onFile={onFile} /> : null}
        />
        <Button
          type="submit"
          variant="primary"
          className="min-h-12 px-3.5"
          busy={busy}
          disabled={reason !== null}
          icon={<Plus aria-hidden className="size-4.5" />}
        >
          {t('queue.add')}
        </Button>
      </div>
      {anyway ? (
        <Button className="self-start" onClick={() => void add(anyway)}>
          {t('queue.addAnyway')}
        </Button>
      ) : null}
      {adding.progress ? <AddNote adding={adding} progress={adding.progress} queue={queue} /> : null}
      <p role="status" className="sr-only">
        {link.checking ? t('link.checking') : ''}
      </p>
    </form>
  );
}

/** What is in the field, and what becomes of it: a link is looked at and added, a list is added link by link. */
function useLinkField({ queue, adding, onInput, say }: AddFormProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const link = useLinkCheck();
  const field = useRef<HTMLInputElement>(null);
  const change = (next: string) => {
    setText(next);
    setRefusal(null);
    link.setTrouble(null);
    onInput();
  };
  const list = (pasted: string) => {
    change('');
    adding.list(pasted);
  };
  async function add(media: MediaRef) {
    setSending(true);
    const outcome = await queue.add([{ media }]);
    setSending(false);
    if (!outcome.ok)
      setRefusal(outcome.error.code === 'conflict' ? noRoomWords(t, queue.view.items.length) : refusalWords(t, outcome.error));
    else {
      change('');
      say(t('queue.listAdded', { count: 1 }));
    }
  }
  async function submit(event: FormEvent) {
    event.preventDefault();
    if (link.checking || sending) return;
    setRefusal(null);
    if (isLinkList(text)) {
      list(text);
      return;
    }
    const media = await link.check(text);
    if (media) await add(media);
    field.current?.focus();
  }
  return { field, text, link, busy: link.checking || sending, refusal, change, list, add, submit };
}

function FileButton({ onFile }: Pick<AddFormProps, 'onFile'>) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton label={t('queue.file')} icon={<FileUp aria-hidden className="size-4.5" />} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        hidden
        accept=".txt,.m3u,.m3u8,text/plain,audio/x-mpegurl"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) onFile(file);
          event.target.value = '';
        }}
      />
    </>
  );
}
