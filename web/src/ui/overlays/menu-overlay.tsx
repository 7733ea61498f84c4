import { Check } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import { useCallback, useState } from 'react';
import { cx } from '../cx.ts';
import { textDirection } from '../text-direction.ts';
import type { MenuEntry, MenuProps } from './menu.types.ts';

const ITEM =
  'relative flex min-h-11 items-center gap-2.5 rounded-lg px-3 text-sm font-medium outline-none select-none data-highlighted:bg-raised';

/** Who goes from landmark to landmark finds a menu in that of its button: outside of all of them it would be nowhere. */
const LANDMARKS = 'main, header, aside, [role="dialog"]';

/** The menu itself, open from the start. */
export function MenuOverlay({ trigger, label, entries, side = 'bottom', align = 'end', dark = false }: MenuProps) {
  const [container, setContainer] = useState<HTMLElement | null>(null);
  const settle = useCallback((button: HTMLElement | null) => {
    if (button) setContainer(button.closest<HTMLElement>(LANDMARKS) ?? document.body);
  }, []);
  return (
    <Radix.Root dir={textDirection()} modal={false} defaultOpen>
      <Radix.Trigger ref={settle} asChild>
        {trigger}
      </Radix.Trigger>
      {container === null ? null : (
        <Radix.Portal container={container}>
          <Radix.Content
            side={side}
            align={align}
            sideOffset={8}
            collisionPadding={8}
            aria-label={label}
            onCloseAutoFocus={leaveFocusTaken}
            className={cx(
              'z-50 max-h-[min(26rem,80dvh)] min-w-44 animate-fade overflow-y-auto card p-1.5 text-text shadow-2xl',
              dark && 'scheme-dark',
            )}
          >
            {entries.map((entry) => (
              <Entry
                key={(entry.kind === 'action' ? entry.id : undefined) ?? entry.label}
                entry={entry}
                headed={entries.filter(({ kind }) => kind === 'choice').length > 1}
              />
            ))}
          </Radix.Content>
        </Radix.Portal>
      )}
    </Radix.Root>
  );
}

/** The button gets the focus back, unless what was chosen has put it somewhere: what is typed next is meant for that place. */
function leaveFocusTaken(event: Event): void {
  const focused = document.activeElement;
  const nobody = focused === null || focused === document.body || focused.closest('[role="menu"]') !== null;
  if (!nobody) event.preventDefault();
}

/** `headed`: there are several choices, and each says what it is about. */
function Entry({ entry, headed }: { readonly entry: MenuEntry; readonly headed: boolean }) {
  if (entry.kind === 'action') {
    return (
      <Radix.Item
        onSelect={entry.onSelect}
        className={cx(ITEM, entry.danger ? 'text-danger data-highlighted:bg-danger-soft' : 'text-text')}
      >
        {entry.icon}
        {entry.label}
      </Radix.Item>
    );
  }
  return (
    <Radix.RadioGroup aria-label={entry.label} value={entry.value} onValueChange={entry.onChange}>
      {headed ? <Radix.Label className="px-3 pt-2 pb-1 text-xs font-semibold text-muted">{entry.label}</Radix.Label> : null}
      {entry.options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className={cx(ITEM, 'ps-9')}>
          <Radix.ItemIndicator className="absolute start-2.5">
            <Check aria-hidden className="size-4 text-accent" />
          </Radix.ItemIndicator>
          {option.label}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}
