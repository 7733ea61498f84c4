import type { Member } from '@cowatch/shared/protocol';
import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { useChatView, useRoom } from '../chat-view.ts';
import { graphemesLeft } from './length.ts';
import { mentionedIn } from './mentions.ts';
import { type Standing, useStanding } from './standing.ts';
import { type Completion, useCompletion } from './use-completion.ts';

export interface ComposerOptions {
  readonly onSent?: (() => void) | undefined;
  /** Escape, where there is nothing left to leave. */
  readonly onLeave?: (() => void) | undefined;
}

export interface ComposerHook {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  /** An own line is being changed. */
  readonly editing: boolean;
  readonly standing: Standing;
  readonly completion: Completion<Member>;
  readonly canSend: boolean;
  /** Puts something in where the caret is. */
  insert(text: string): void;
  onChange(field: HTMLTextAreaElement): void;
  onCaret(field: HTMLTextAreaElement): void;
  onKeyDown(event: KeyboardEvent): void;
  send(): void;
}

/** What is being written, and what its keys do: Enter sends, arrow up in the empty box changes what one said last. */
export function useComposer({ onSent, onLeave }: ComposerOptions): ComposerHook {
  const { client, room, members, you } = useChatView();
  const { text, editing, replyTo } = useRoom(room, (state) => state.draft);
  const [caret, setCaret] = useState(text.length);
  const field = useRef<HTMLTextAreaElement>(null);
  const standing = useStanding(client, room);
  const others = members.filter(({ memberId }) => memberId !== you);
  const goTo = (at: number) => {
    setCaret(at);
    // After React has put the text in.
    queueMicrotask(() => field.current?.setSelectionRange(at, at));
  };
  const put = (next: string, at: number) => {
    room.write(next);
    goTo(at);
  };
  const completion = useCompletion(text, caret, others, put);
  useGrowing(field, text);
  const left = graphemesLeft(text);
  const canSend = text.trim() !== '' && (left === null || left >= 0) && (standing.kind === 'free' || standing.kind === 'offline');

  const send = () => {
    if (!canSend) return;
    room.submit(mentionedIn(text, others));
    setCaret(room.state.draft.text.length);
    field.current?.focus();
    onSent?.();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || completion.onKey(event)) return;
    const last = event.key === 'ArrowUp' && text === '' && !editing ? room.lastOwn() : null;
    const leaves = event.key === 'Escape' && (editing !== null || replyTo !== null || onLeave !== undefined);
    const sends = event.key === 'Enter' && !event.shiftKey;
    if (last === null && !leaves && !sends) return;
    event.preventDefault();
    if (sends) send();
    else if (last) {
      room.change(last);
      goTo(last.text.length);
    } else if (editing || replyTo) room.leave();
    else onLeave?.();
  };
  return {
    field,
    text,
    editing: editing !== null,
    standing,
    completion,
    canSend,
    insert: (inserted) => put(text.slice(0, caret) + inserted + text.slice(caret), caret + inserted.length),
    onChange: ({ value, selectionStart }) => {
      room.write(value);
      setCaret(selectionStart);
    },
    onCaret: ({ selectionStart }) => setCaret(selectionStart),
    onKeyDown,
    send,
  };
}

/** The box is as high as what is in it, up to a few lines. */
function useGrowing(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [field, text]);
}
