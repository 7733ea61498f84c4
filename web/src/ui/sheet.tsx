import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useFocusReturn } from './use-focus-return.ts';

export interface SheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly label: string;
  readonly closeLabel: string;
  readonly children: ReactNode;
}

/** A panel that slides in from the right, over what is there; outside it everything goes on working. */
export function Sheet({ open, onClose, label, closeLabel, children }: SheetProps) {
  const onCloseAutoFocus = useFocusReturn(open);
  return (
    <Radix.Root open={open} modal={false} onOpenChange={(next) => (next ? null : onClose())}>
      <Radix.Portal>
        <Radix.Content
          onCloseAutoFocus={onCloseAutoFocus}
          aria-describedby={undefined}
          data-side-panel
          onInteractOutside={(event) => event.preventDefault()}
          className="fixed inset-y-0 right-0 z-30 flex w-88 max-w-[85vw] animate-slide-left flex-col border-l border-line bg-surface pt-[env(safe-area-inset-top)] pr-[env(safe-area-inset-right)] shadow-2xl"
        >
          <Radix.Title className="sr-only">{label}</Radix.Title>
          {children}
          <Radix.Close
            aria-label={closeLabel}
            className="absolute top-[calc(env(safe-area-inset-top)+2px)] right-[calc(env(safe-area-inset-right)+4px)] inline-flex size-11 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-text"
          >
            <X aria-hidden className="size-5" />
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
