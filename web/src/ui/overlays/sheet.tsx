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
          className="fixed inset-y-0 end-0 z-30 flex w-88 max-w-[85vw] animate-slide-in flex-col border-s border-line bg-surface pt-[env(safe-area-inset-top)] ltr:pr-[env(safe-area-inset-right)] rtl:pl-[env(safe-area-inset-left)] shadow-2xl"
        >
          <Radix.Title className="sr-only">{label}</Radix.Title>
          {children}
          <Radix.Close
            aria-label={closeLabel}
            className="absolute top-[calc(env(safe-area-inset-top)+2px)] end-1 ltr:mr-[env(safe-area-inset-right)] rtl:ml-[env(safe-area-inset-left)] inline-flex size-11 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-text"
          >
            <X aria-hidden className="size-5" />
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
