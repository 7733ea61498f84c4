import '../chat-panel-words.ts';
import './chat-over.css';
import type { ChatItem, SessionClient } from '@cowatch/shared/client';
import { MessageCircle, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Face } from '../../../ui/face.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { useOwnChatSettings } from '../chat-settings.ts';
import { ChatViewProvider, useChat, useNewChatView } from '../chat-view.ts';
import { Composer } from '../composer/composer.tsx';
import { focusComposer } from '../composer/focus-composer.ts';
import { LineText } from '../list/line-text.tsx';
import { QuickReactions } from '../reactions/quick-reactions.tsx';
import { type Arrival, OVERLAY_LINES, OVERLAY_MS, shownOver } from './overlay-lines.ts';

type LineItem = Extract<ChatItem, { kind: 'line' }>;

export interface ChatOverProps {
  readonly client: SessionClient;
  /** Counts the presses of the key that asks for the composer. */
  readonly calls: number;
}

const NO_ONE: readonly string[] = [];

/** The chat over the video, where there is no panel beside it: the newest lines for a moment, and a composer for who wants to answer. */
export function ChatOver({ client, calls }: ChatOverProps) {
  const { t } = useTranslation();
  const view = useNewChatView({ client });
  const { over } = useOwnChatSettings();
  const [writing, setWriting] = useState(false);
  const arrivals = useArrivals(client, writing);
  const canWrite = useChat(view.room, (state) => state.canWrite);
  const opener = useRef<HTMLButtonElement>(null);
  const composer = useRef<HTMLFieldSetElement>(null);
  const open = () => setWriting(true);
  useEffect(() => {
    if (writing) focusComposer(composer.current ?? undefined);
  }, [writing]);
  useCalls(calls, open);
  const closed = useRef(false);
  useEffect(() => {
    // The button is there again, and who closed the composer goes on from it.
    if (!writing && closed.current) opener.current?.focus();
    closed.current = false;
  }, [writing]);
  const close = () => {
    closed.current = true;
    setWriting(false);
  };
  return (
    <ChatViewProvider value={view}>
      <div data-chat className="chat-over" data-writing={writing || undefined}>
        {over || writing ? <OverLines arrivals={arrivals} /> : null}
        {writing ? (
          <fieldset
            ref={composer}
            className="chat-over-composer"
            onBlur={(event) => {
              const { relatedTarget, currentTarget } = event;
              // To nowhere: the window lost it, or something opened.
              if (
                relatedTarget instanceof HTMLElement &&
                !currentTarget.contains(relatedTarget) &&
                !relatedTarget.closest('[role="dialog"]')
              ) {
                setWriting(false);
              }
            }}
          >
            <QuickReactions over reactions={view.room.reactions} disabled={!canWrite} />
            <Composer
              over
              start={
                <IconButton label={t('chat.overClose')} tooltipSide="top" icon={<X aria-hidden className="size-5" />} onClick={close} />
              }
              onLeave={close}
            />
          </fieldset>
        ) : (
          <IconButton
            ref={opener}
            label={t('chat.overWrite')}
            tooltipSide="top"
            className="chat-over-button"
            icon={<MessageCircle aria-hidden className="size-5" />}
            onClick={open}
          />
        )}
      </div>
    </ChatViewProvider>
  );
}

function OverLines({ arrivals }: { readonly arrivals: readonly Arrival<LineItem>[] }) {
  const { t } = useTranslation();
  return (
    <ul aria-label={t('chat.overList')} className="chat-over-lines">
      {arrivals.map(({ line: item }) => (
        <li key={item.key} className="chat-over-line">
          <p className="line-clamp-3">
            <Face look={item.line.look} className="me-1.5 inline-flex size-5 align-text-bottom text-xs" />
            {/* The margin is the line's, whichever way the name is written. */}
            <span className="me-1.5">
              <bdi className="font-bold">{item.line.name}</bdi>
            </span>
            <LineText text={item.line.text} mediaId={item.line.mediaId} mentions={item.line.mentions ?? NO_ONE} />
          </p>
        </li>
      ))}
    </ul>
  );
}

/** A key asks for the composer; what it had asked for before this was shown is over. */
function useCalls(calls: number, open: () => void): void {
  const answered = useRef(calls);
  useEffect(() => {
    if (answered.current === calls) return;
    answered.current = calls;
    open();
  });
}

/** The lines that are shown now. While somebody writes they stay. */
function useArrivals({ chat }: SessionClient, writing: boolean): readonly Arrival<LineItem>[] {
  const [arrivals, setArrivals] = useState<readonly Arrival<LineItem>[]>([]);
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(
    () =>
      chat.onLine((item) => {
        setNowMs(performance.now());
        setArrivals((now) => [...now, { line: item, atMs: performance.now() }].slice(-OVERLAY_LINES));
      }),
    [chat],
  );
  const shown = shownOver(arrivals, nowMs, writing);
  const next = shown.at(0);
  const nextMs = next === undefined || writing ? null : next.atMs + OVERLAY_MS;
  useEffect(() => {
    if (nextMs === null) return;
    const timer = setTimeout(() => setNowMs(performance.now()), Math.max(0, nextMs - performance.now()) + 20);
    return () => clearTimeout(timer);
  }, [nextMs]);
  // A line that was changed or taken away meanwhile is so here, too.
  const items = chat.state.items;
  return shown.flatMap((arrival) => {
    const item = items.find((each) => each.key === arrival.line.key);
    return item?.kind === 'line' ? [{ ...arrival, line: item }] : [];
  });
}
