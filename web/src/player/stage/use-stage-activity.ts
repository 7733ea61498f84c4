import { useEffect, useState, useSyncExternalStore } from 'react';
import { StageActivity } from './stage-activity.ts';

export interface StageActivityHook {
  readonly activity: StageActivity;
  /** True while the controls are hidden. */
  readonly idle: boolean;
}

/**
 * Watches pointers, focus and keys on the stage. Every pointer by its own kind: a finger that follows a mouse is a finger. What fingers mean is for
 * the gestures; here only mice and pens that move count, and whatever happens to the controls themselves.
 *
 * @param hides whether the controls may hide at all
 */
export function useStageActivity(stage: HTMLElement | null, hides: boolean): StageActivityHook {
  // The stage is known only after the first rendering; what it keeps visible is looked up when they are about to hide.
  const [{ activity, look }] = useState(() => {
    const looking = { kept: () => false };
    const after = (delayMs: number, action: () => void) => {
      const timer = setTimeout(action, delayMs);
      return () => clearTimeout(timer);
    };
    return { activity: new StageActivity({ kept: () => looking.kept(), after }), look: looking };
  });

  useEffect(() => activity.setHides(hides), [activity, hides]);

  useEffect(() => {
    if (!stage) return;
    let hovered = false;
    let byKey = false;
    const bar = () => stage.querySelector('.control-bar');
    const onBar = (event: Event) => event.composedPath().some((target) => target === bar());

    look.kept = () => {
      if (hovered || bar()?.querySelector('[aria-expanded="true"]')) return true;
      return byKey && (bar()?.contains(document.activeElement) ?? false);
    };
    const onMove = (event: PointerEvent) => {
      if (event.pointerType === 'touch') return;
      hovered = onBar(event);
      // A person who moves the mouse has left the keyboard.
      byKey = false;
      activity.stir();
    };
    const onLeave = (event: PointerEvent) => {
      // Fingers and pens leave with every tap.
      if (event.pointerType !== 'mouse') return;
      hovered = false;
      activity.hide();
    };
    const onDown = (event: PointerEvent) => {
      byKey = false;
      if (event.pointerType !== 'mouse') hovered = false;
      if (onBar(event)) activity.stir();
    };
    // A press on the picture moves the focus there, too: what that means is for the gestures alone.
    const onFocus = (event: FocusEvent) => {
      if (byKey || onBar(event)) activity.stir();
    };
    const onKey = (event: KeyboardEvent) => {
      byKey = true;
      if (bar()?.contains(document.activeElement) || (event.key === 'Tab' && stage.contains(document.activeElement))) {
        activity.stir();
      }
    };
    stage.addEventListener('pointermove', onMove);
    stage.addEventListener('pointerleave', onLeave);
    stage.addEventListener('focusin', onFocus);
    window.addEventListener('pointerdown', onDown, { capture: true });
    window.addEventListener('keydown', onKey, { capture: true });
    return () => {
      stage.removeEventListener('pointermove', onMove);
      stage.removeEventListener('pointerleave', onLeave);
      stage.removeEventListener('focusin', onFocus);
      window.removeEventListener('pointerdown', onDown, { capture: true });
      window.removeEventListener('keydown', onKey, { capture: true });
      look.kept = () => false;
    };
  }, [stage, activity, look]);
  useEffect(() => () => activity.stop(), [activity]);

  const idle = useSyncExternalStore(activity.subscribe, () => !activity.active());
  return { activity, idle };
}
