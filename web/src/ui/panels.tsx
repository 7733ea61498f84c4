import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { type Tab, Tabs } from './tabs.tsx';
import { UnreadMark } from './unread-mark.tsx';
import { usePageInSight } from './use-page-in-sight.ts';

/** One panel beside the stage, as a feature fills it. */
export interface Panel {
  readonly id: string;
  /** Its name, on its tab. */
  readonly label: string;
  /** Shown on its tab instead of the name: for what is no place to be, but settings. It stands at the end. */
  readonly icon?: ReactNode;
  /** How much there is in it, beside its name; null where that says nothing. */
  readonly badge: number | null;
  /** How much in it this person has not seen yet: marked on its tab, and on the button of the folded panels. */
  readonly unread: number;
  /** Told whenever something unread is in sight: the panel is shown, on a page that is. It has none from then on. */
  readonly onSeen?: () => void;
  /**
   * What is in it; rendered only while it is shown. The element that takes the keyboard when a key has opened the panel is marked
   * `data-panel-focus`; where there is none, its tab does.
   */
  readonly render: () => ReactNode;
}

export interface PanelsProps {
  readonly label: string;
  readonly panels: readonly Panel[];
  /** Which one is shown. */
  readonly shown: string;
  readonly onShow: (id: string) => void;
  /** A key has opened the panel: the keyboard goes there, and it is told when it has. */
  readonly called: boolean;
  readonly onAnswered: () => void;
  /** "3 new". */
  readonly unreadWords: (count: number) => string;
}

/** Panels that fill the place they are given; tabs where there is more than one to choose from. */
export function Panels({ label, panels, shown, onShow, called, onAnswered, unreadWords }: PanelsProps) {
  const root = useRef<HTMLDivElement>(null);
  useSeen(panels.find(({ id }) => id === shown));
  useAnswer(root, called, onAnswered);
  const [first, ...others] = panels;
  if (first === undefined) return null;
  return (
    <div ref={root} className="flex min-h-0 flex-1 flex-col">
      {others.length === 0 ? (
        <section aria-label={first.label} className="flex min-h-0 flex-1 flex-col">
          {first.render()}
        </section>
      ) : (
        <Tabs label={label} value={shown} onValueChange={onShow} tabs={panels.map((panel) => tabOf(panel, shown, unreadWords))} />
      )}
    </div>
  );
}

function tabOf({ id, label, icon, badge, unread, render }: Panel, shown: string, unreadWords: PanelsProps['unreadWords']): Tab {
  const name = badge === null ? label : `${label} ${badge}`;
  const mark = <UnreadMark count={unread} words={unreadWords(unread)} />;
  return {
    id,
    tooltip: icon ? label : undefined,
    apart: icon !== undefined,
    label: (
      <>
        {icon}
        {icon ? <span className="sr-only">{name}</span> : name}
        {mark}
      </>
    ),
    content: id === shown ? render() : null,
  };
}

/** What is in sight has been seen. */
function useSeen(panel: Panel | undefined): void {
  const inSight = usePageInSight();
  const unread = panel?.unread ?? 0;
  const onSeen = panel?.onSeen;
  useEffect(() => {
    if (inSight && unread > 0) onSeen?.();
  }, [inSight, unread, onSeen]);
}

/** The keyboard goes where a key has opened a panel. */
function useAnswer(root: RefObject<HTMLDivElement | null>, called: boolean, onAnswered: () => void): void {
  useEffect(() => {
    if (!called) return;
    const place = root.current?.querySelector<HTMLElement>('[data-panel-focus]') ?? root.current?.querySelector<HTMLElement>(ACTIVE_TAB);
    place?.focus();
    onAnswered();
  }, [root, called, onAnswered]);
}

const ACTIVE_TAB = '[role="tab"][data-state="active"]';
