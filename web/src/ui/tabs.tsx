import { Tabs as Radix } from 'radix-ui';
import type { FocusEvent, KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { cx } from './cx.ts';
import { textDirection } from './text-direction.ts';

export interface Tab {
  readonly id: string;
  readonly label: ReactNode;
  /** What a picture instead of words is called: shown as its tooltip. */
  readonly tooltip?: string | undefined;
  /** Stands at the end of the list, apart from the others. */
  readonly apart?: boolean | undefined;
  readonly content: ReactNode;
}

export interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
  /** Which one is shown, where that is decided elsewhere; otherwise the first one, until another is pressed. */
  readonly value?: string;
  readonly onValueChange?: (id: string) => void;
}

/** Radix focuses a pressed tab by script, and after typing the browser takes that for the keyboard's doing: a ring is for who uses keys. */
function pressed({ currentTarget }: PointerEvent<HTMLElement>): void {
  currentTarget.dataset.pressed = '';
}

function byKeyboard({ currentTarget }: KeyboardEvent<HTMLElement> | FocusEvent<HTMLElement>): void {
  delete currentTarget.dataset.pressed;
}

/** Tabs that fill the place they are given; the content scrolls under them. */
export function Tabs({ label, tabs, value, onValueChange }: TabsProps) {
  const state = value === undefined ? { defaultValue: tabs[0]?.id ?? '' } : { value, ...(onValueChange ? { onValueChange } : {}) };
  return (
    <Radix.Root dir={textDirection()} {...state} className="flex min-h-0 flex-1 flex-col">
      <Radix.List
        aria-label={label}
        className="flex shrink-0 gap-1 overflow-x-auto overflow-y-hidden border-b border-line px-3 scrollbar-none"
      >
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.id}
            value={tab.id}
            data-tooltip={tab.tooltip}
            onPointerDown={pressed}
            onKeyDown={byKeyboard}
            onBlur={byKeyboard}
            className={cx(
              'data-pressed:outline-none flex min-h-12 min-w-11 shrink-0 items-center justify-center gap-1.5 border-b-2 border-transparent px-3 text-sm font-semibold whitespace-nowrap text-muted transition-colors duration-150 -outline-offset-2 hover:text-text data-[state=active]:border-accent data-[state=active]:text-text forced-colors:data-[state=active]:border-[Highlight] forced-colors:data-[state=inactive]:border-[Canvas]',
              tab.apart && 'ms-auto',
            )}
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
