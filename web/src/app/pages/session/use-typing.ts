import { useEffect, useState } from 'react';

/** What can be seen of the page while something is typed, in CSS pixels. */
export interface Typing {
  readonly heightPx: number;
  /** How far below the page's top it begins. */
  readonly topPx: number;
}

/** In a window higher than this there is room for everything besides a keyboard, in CSS pixels. */
const LOW_PX = 600;

/** What of the window's view decides; `scale` is above 1 while somebody has zoomed in with two fingers. */
export type View = Pick<VisualViewport, 'height' | 'offsetTop' | 'scale'>;

/**
 * What can be seen while something is typed with little room: a phone's keyboard covers the lower half of the page, and some
 * browsers push the upper half out of the window instead of making the page smaller. Null where nothing is typed, where there is
 * room enough, and where somebody has zoomed in: what they look at is theirs to choose.
 */
export function typingIn(view: View, inText: boolean): Typing | null {
  if (!inText || view.height > LOW_PX || view.scale > 1.01) return null;
  return { heightPx: Math.round(view.height), topPx: Math.round(view.offsetTop) };
}

const TEXT = 'textarea, [contenteditable="true"], input:not([type="checkbox"], [type="radio"], [type="range"], [type="file"])';

const read = (view: VisualViewport) => typingIn(view, document.activeElement?.matches(`aside :is(${TEXT})`) ?? false);

/** Follows the keyboard of a phone: what it leaves of the page while something is typed in a panel. */
export function useTyping(): Typing | null {
  const [typing, setTyping] = useState<Typing | null>(null);
  useEffect(() => {
    const view = window.visualViewport;
    if (!view) return;
    const update = () => setTyping((before) => sameOr(before, read(view)));
    // A focus that moves on is nowhere for a moment.
    let moved: ReturnType<typeof setTimeout> | undefined;
    const later = () => {
      clearTimeout(moved);
      moved = setTimeout(update);
    };
    view.addEventListener('resize', update);
    view.addEventListener('scroll', update);
    document.addEventListener('focusin', update);
    document.addEventListener('focusout', later);
    return () => {
      clearTimeout(moved);
      view.removeEventListener('resize', update);
      view.removeEventListener('scroll', update);
      document.removeEventListener('focusin', update);
      document.removeEventListener('focusout', later);
    };
  }, []);
  return typing;
}

function sameOr(before: Typing | null, now: Typing | null): Typing | null {
  return before && now && before.heightPx === now.heightPx && before.topPx === now.topPx ? before : now;
}
