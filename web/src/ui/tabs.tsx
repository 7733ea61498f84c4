import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { textDirection } from './text-direction.ts';

export interface TabsProps {
  readonly label: string;
  readonly tabs: readonly { readonly id: string; readonly label: ReactNode; readonly content: ReactNode }[];
}

/** Tabs that fill the place they are given; the content scrolls under them. */
export function Tabs({ label, tabs }: TabsProps) {
  return (
    <Radix.Root dir={textDirection()} defaultValue={tabs[0]?.id ?? ''} className="flex min-h-0 flex-1 flex-col">
      <Radix.List aria-label={label} className="flex shrink-0 gap-1 border-b border-line px-3">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.id}
            value={tab.id}
            className="-mb-px min-h-12 border-b-2 border-transparent px-3 text-sm font-semibold text-muted transition-colors duration-150 -outline-offset-2 hover:text-text data-[state=active]:border-accent data-[state=active]:text-text forced-colors:data-[state=active]:border-[Highlight] forced-colors:data-[state=inactive]:border-[Canvas]"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id} className="flex min-h-0 flex-1 flex-col -outline-offset-2 data-[state=inactive]:hidden">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
