import { Popover as Radix } from 'radix-ui';
import type { PopoverProps } from './popover.tsx';

/** The popover itself, open from the start. */
export function PopoverOverlay({ trigger, label, align = 'end', children }: PopoverProps) {
  return (
    <Radix.Root defaultOpen>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={8}
          collisionPadding={12}
          aria-label={label}
          className="z-40 w-80 max-w-[calc(100vw-1.5rem)] animate-rise rounded-card border border-line bg-surface p-4 text-text shadow-2xl"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
