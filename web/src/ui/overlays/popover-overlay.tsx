import { Popover as Radix } from 'radix-ui';
import { cx } from '../cx.ts';
import type { PopoverProps } from './popover.types.ts';

/** The popover itself, open from the start. */
export function PopoverOverlay({ trigger, label, side = 'bottom', align = 'end', dark = false, children }: PopoverProps) {
  return (
    <Radix.Root defaultOpen>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          align={align}
          sideOffset={8}
          collisionPadding={12}
          aria-label={label}
          className={cx(
            'z-40 max-h-(--radix-popover-content-available-height) w-80 max-w-[calc(100vw-1.5rem)] animate-rise overflow-y-auto card p-4 text-text shadow-2xl',
            dark && 'scheme-dark',
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
