import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from '../cx.ts';
import { useFocusReturn } from './use-focus-return.ts';

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly text?: ReactNode;
  readonly closeLabel: string;
  readonly wide?: boolean;
  readonly children?: ReactNode;
}

/** A dialog in the middle; on a phone it rises from the thumb's edge. */
export function Dialog({ open, onClose, title, text, closeLabel, wide = false, children }: DialogProps) {
  const onCloseAutoFocus = useFocusReturn(open);
  return (
    <Radix.Root open={open} onOpenChange={(next) => (next ? null : onClose())}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-shade" />
        <Radix.Content
          onCloseAutoFocus={onCloseAutoFocus}
          {...(text ? {} : { 'aria-describedby': undefined })}
          className={cx(
            'fixed z-40 flex max-h-[calc(100dvh-2rem)] animate-rise flex-col overflow-y-auto border border-line bg-surface shadow-2xl',
            'inset-x-0 bottom-0 rounded-t-card p-5 pb-[max(1.25rem,env(safe-area-inset-bottom))]',
            'sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:-translate-1/2 sm:rounded-card sm:p-6',
            wide ? 'sm:w-[34rem]' : 'sm:w-[27rem]',
          )}
        >
          <div className="flex items-start justify-between gap-4">
            <Radix.Title className="pt-1.5 text-lg leading-snug font-bold">{title}</Radix.Title>
            <Radix.Close
              aria-label={closeLabel}
              className="-mt-1 -me-2 inline-flex size-11 shrink-0 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-text"
            >
              <X aria-hidden className="size-5" />
            </Radix.Close>
          </div>
          {text ? <Radix.Description className="text-sm text-muted">{text}</Radix.Description> : null}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
