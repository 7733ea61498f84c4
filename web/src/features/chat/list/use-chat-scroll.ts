import type { ChatItem } from '@cowatch/shared/client';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ChatRoom } from '../chat-room.ts';
import { around, held, type LineWindow, NEWEST, rangeOf, stepBack, stepOn } from './line-window.ts';

/** This near to an end counts as being there, in CSS pixels. */
const NEAR_PX = 80;

/** A line in sight, and where. */
interface Anchor {
  readonly key: string;
  readonly topPx: number;
}

export interface ChatScroll {
  readonly box: RefObject<HTMLDivElement | null>;
  /** What is in the page. */
  readonly items: readonly ChatItem[];
  /** Nothing came before what is in the page. */
  readonly fromStart: boolean;
  /** The newest line is in sight. */
  readonly atEnd: boolean;
  /** Lines of others that came while it was not. */
  readonly newCount: number;
  onScroll(): void;
  toNewest(): void;
  /** Shows the line of this number and lets it light up. */
  goTo(seq: number): void;
}

/**
 * Where somebody stands in a chat: at its end, along with what comes; or where they read, whatever comes. At most two hundred
 * lines are in the page: those around where they stand.
 */
export function useChatScroll(room: ChatRoom, all: readonly ChatItem[]): ChatScroll {
  const box = useRef<HTMLDivElement>(null);
  const [window, setWindow] = useState<LineWindow>(NEWEST);
  const [atEnd, setAtEnd] = useState(true);
  const pinned = useRef(true);
  const anchors = useRef<readonly Anchor[]>([]);
  const target = useRef<number | null>(null);
  const seen = useRef<string | null>(null);
  const { start, end } = rangeOf(all, window);
  const items = all.slice(start, end);
  const lastKey = all.at(-1)?.key ?? null;
  if (atEnd) seen.current = lastKey;
  useOwnLines(all, () => toNewest());

  const toNewest = useCallback(() => {
    pinned.current = true;
    setWindow(NEWEST);
    setAtEnd(true);
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  // The place is put right before anything is painted.
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (target.current !== null && light(element, target.current)) {
      target.current = null;
      anchors.current = anchorsIn(element);
    } else if (pinned.current) element.scrollTop = element.scrollHeight;
    else restore(element, anchors.current);
  });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // A keyboard that comes up, a picture that grows: the end stays in sight.
    const resizes = new ResizeObserver(() => {
      if (pinned.current) element.scrollTop = element.scrollHeight;
    });
    resizes.observe(element);
    return () => resizes.disconnect();
  }, []);

  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    anchors.current = anchorsIn(element);
    const belowPx = element.scrollHeight - element.scrollTop - element.clientHeight;
    const end = belowPx < NEAR_PX && window.lastKey === null;
    pinned.current = end;
    if (end !== atEnd) {
      setAtEnd(end);
      if (!end) setWindow(held(all, window));
    }
    if (belowPx < NEAR_PX && window.lastKey !== null) setWindow(stepOn(all, window));
    if (element.scrollTop < NEAR_PX) {
      if (start > 0) setWindow(stepBack(all, window));
      else if (room.chat.state.hasOlder && !room.chat.state.isLoadingOlder) {
        setWindow(held(all, window));
        void room.chat.loadOlder();
      }
    }
  };
  const goTo = (seq: number) => {
    const found = all.find((item) => item.kind === 'line' && item.line.seq === seq);
    if (!found) return;
    pinned.current = false;
    target.current = seq;
    setAtEnd(false);
    setWindow(held(all, around(all, found.key)));
  };
  const seenAt = all.findLastIndex(({ key }) => key === seen.current);
  const newCount = atEnd ? 0 : all.slice(seenAt + 1).filter((item) => item.kind === 'line' && !item.own).length;
  return { box, items, fromStart: start === 0 && !room.chat.state.hasOlder, atEnd, newCount, onScroll, toNewest, goTo };
}

/** What oneself says is at the end, and so is one from then on. */
function useOwnLines(all: readonly ChatItem[], onOwn: () => void): void {
  const last = all.at(-1);
  const pendingKey = last?.kind === 'pending' && last.error === null ? last.key : null;
  const told = useRef(pendingKey);
  useLayoutEffect(() => {
    if (pendingKey !== null && pendingKey !== told.current) onOwn();
    told.current = pendingKey;
  });
}

/** Bound: so many lines are remembered as in sight. Each may be deleted, and the next one stands still then. */
const ANCHORS_MAX = 40;

/**
 * What can be seen, from the top. Lines and what stands between them, and not what groups them: a group is another one when
 * older lines join it or its first is deleted.
 */
function anchorsIn(box: HTMLElement): readonly Anchor[] {
  const { top, bottom } = box.getBoundingClientRect();
  const anchors: Anchor[] = [];
  for (const row of box.querySelectorAll<HTMLElement>('[data-line], [data-row]:not(:has([data-line]))')) {
    const place = row.getBoundingClientRect();
    if (place.top >= bottom || anchors.length >= ANCHORS_MAX) break;
    if (place.bottom > top) anchors.push({ key: keyIn(row), topPx: place.top - top });
  }
  return anchors;
}

const keyIn = ({ dataset }: HTMLElement): string => dataset.line ?? dataset.row ?? '';

/** Puts the first of them that is still there where it was. */
function restore(box: HTMLElement, anchors: readonly Anchor[]): void {
  for (const { key, topPx } of anchors) {
    const name = CSS.escape(key);
    const row = box.querySelector<HTMLElement>(`[data-line="${name}"], [data-row="${name}"]:not(:has([data-line]))`);
    if (row === null) continue;
    box.scrollTop += row.getBoundingClientRect().top - box.getBoundingClientRect().top - topPx;
    return;
  }
}

/** Brings a line into sight and lets it light up; false where it is not in the page yet. */
function light(box: HTMLElement, seq: number): boolean {
  const line = box.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
  if (!line) return false;
  const place = line.getBoundingClientRect();
  const { top, height } = box.getBoundingClientRect();
  box.scrollTop += place.top - top - (height - place.height) / 2;
  line.focus({ preventScroll: true });
  line.classList.remove('chat-lit');
  // Once more where it is lit already.
  void line.offsetWidth;
  line.classList.add('chat-lit');
  return true;
}
