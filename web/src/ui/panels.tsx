import type { ReactNode } from 'react';
import { Tabs } from './tabs.tsx';

/** One panel beside the stage, as a feature fills it. */
export interface Panel {
  readonly id: string;
  /** Its name, on its tab. */
  readonly label: string;
  /** How much there is in it, beside its name; null where that says nothing. */
  readonly badge: number | null;
  readonly render: () => ReactNode;
}

export interface PanelsProps {
  readonly label: string;
  readonly panels: readonly Panel[];
}

/** Panels that fill the place they are given; tabs where there is more than one to choose from. */
export function Panels({ label, panels }: PanelsProps) {
  const [first, ...others] = panels;
  if (first === undefined) return null;
  if (others.length === 0) {
    return (
      <section aria-label={first.label} className="flex min-h-0 flex-1 flex-col">
        {first.render()}
      </section>
    );
  }
  return (
    <Tabs
      label={label}
      tabs={panels.map(({ id, label: name, badge, render }) => ({
        id,
        label: badge === null ? name : `${name} ${badge}`,
        content: render(),
      }))}
    />
  );
}
