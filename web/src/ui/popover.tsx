import { lazy, type ReactNode } from 'react';
import { LazyOverlay, type OverlayTrigger } from './overlay-trigger.tsx';

const load = () => import('./popover-overlay.tsx');
const PopoverOverlay = lazy(() => load().then((module) => ({ default: module.PopoverOverlay })));

export interface PopoverProps {
  readonly trigger: OverlayTrigger;
  readonly label: string;
  readonly align?: 'start' | 'center' | 'end';
  readonly children: ReactNode;
}

/** A small panel that hangs on its button. */
export function Popover(props: PopoverProps) {
  return (
    <LazyOverlay trigger={props.trigger} popup="dialog" load={load}>
      <PopoverOverlay {...props} />
    </LazyOverlay>
  );
}
