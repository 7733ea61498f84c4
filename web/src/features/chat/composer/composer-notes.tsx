import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime, waitWords } from '../../../lib/format-time.ts';
import { isolated } from '../../../lib/isolated.ts';
import { cx } from '../../../ui/cx.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { useChat, useChatView, useRoom } from '../chat-view.ts';
import { clockTime } from '../list/chat-times.ts';
import { namesWords } from '../list/system-words.ts';
import { changeRefusalWords, refusalWords } from '../refusal-words.ts';
import { graphemesLeft } from './length.ts';
import type { Standing } from './standing.ts';

/** So many are named who type. */
const TYPING_NAMED_MAX = 3;

/** Above the box: who types, what one answers or changes, how much room there is, and why one cannot write. */
export function ComposerNotes({ standing, over }: { readonly standing: Standing; readonly over: boolean }) {
  const { t } = useTranslation();
  const { room } = useChatView();
  const { text, editing, replyTo } = useRoom(room, (state) => state.draft);
  const refused = useRoom(room, (state) => state.refused);
  const slowMs = useChat(room, (state) => state.settings.slowMs);
  const crowd = useChat(room, (state) => state.settings.slowBy === 'crowd');
  const left = graphemesLeft(text);
  const language = document.documentElement.lang;
  return (
    <>
      {over ? null : <Typing />}
      {editing || replyTo ? (
        <div className="flex items-center gap-2 ps-3 text-xs text-muted">
          <p className="min-w-0 flex-1 truncate">
            {editing ? t('chat.editing') : t('chat.replyingTo', { name: isolated(replyTo?.name ?? '') })}
            {replyTo ? (
              <>
                {' · '}
                <bdi>{replyTo.text}</bdi>
              </>
            ) : null}
          </p>
          <IconButton label={t('chat.stop')} tooltipSide="top" icon={<X aria-hidden className="size-4" />} onClick={() => room.leave()} />
        </div>
      ) : null}
      {refused ? <Note danger>{refused.of === 'line' ? refusalWords(t, refused.error) : changeRefusalWords(t, refused.error)}</Note> : null}
      {standing.kind === 'forbidden' ? <Note>{t(`chat.forbidden_${standing.why}`)}</Note> : null}
      {standing.kind === 'timeOut' ? (
        <p className="px-3 pb-1 text-xs text-muted tabular">
          <span role="status">{t('chat.timeOut', { time: clockTime(Date.now() + standing.forMs) })}</span>{' '}
          {/* Counted down for the eye; said once. */}
          <span aria-hidden>({formatTime(Math.ceil(standing.forMs / 1000))})</span>
        </p>
      ) : null}
      {standing.kind === 'offline' ? <Note>{t('chat.offline')}</Note> : null}
      {standing.kind === 'wait' ? (
        // Counted down for the eye; said once.
        <Note quiet>{t(slowMs > 0 ? 'chat.waitSlow' : 'chat.wait', { time: waitWords(standing.forMs, language) })}</Note>
      ) : slowMs > 0 && standing.kind === 'free' ? (
        <Note quiet>{t(crowd ? 'chat.slowCrowd' : 'chat.slowOn', { time: waitWords(slowMs, language) })}</Note>
      ) : null}
      {left === null ? null : (
        <Note danger={left < 0} quiet={left >= 0 && left % 10 !== 0}>
          {left < 0 ? t('chat.tooMany', { count: -left }) : t('chat.left', { count: left })}
        </Note>
      )}
    </>
  );
}

interface NoteProps {
  readonly danger?: boolean;
  /** Changes all the time, and is not read aloud for it. */
  readonly quiet?: boolean;
  readonly children: ReactNode;
}

function Note({ danger = false, quiet = false, children }: NoteProps) {
  return (
    <p role={quiet ? undefined : 'status'} className={cx('px-3 pb-1 text-xs tabular', danger ? 'text-danger' : 'text-muted')}>
      {children}
    </p>
  );
}

/** Who types. Its place is always there: the list does not jump when somebody begins. */
function Typing() {
  const { t } = useTranslation();
  const { room, members } = useChatView();
  const ids = useChat(room, (state) => state.typingIds);
  const names = ids.flatMap((id) => members.find(({ memberId }) => memberId === id)?.name ?? []);
  const shown = names.slice(0, names.length > TYPING_NAMED_MAX ? 2 : TYPING_NAMED_MAX);
  return (
    <p className="flex h-5 items-center gap-1.5 truncate px-3 text-xs text-muted">
      {names.length > 0 ? (
        <>
          <span aria-hidden className="typing-dots">
            <span />
            <span />
            <span />
          </span>
          <span className="truncate">
            {t('chat.typing', { names: namesWords(t, shown, names.length - shown.length), count: names.length })}
          </span>
        </>
      ) : null}
    </p>
  );
}
