import { CloudOff, X } from 'lucide-react';
import { createContext, type ReactNode, use, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { Button } from './button.tsx';
import { NoticePage } from './notice-page.tsx';

/** What is said where a part of the page could not be fetched. */
export interface PartWords {
  readonly failed: string;
  readonly hint: string;
  readonly tryAgain: string;
  readonly close: string;
}

/** The words, from the catalogue. */
export const PartWordsContext = createContext<PartWords>({ failed: '', hint: '', tryAgain: '', close: '' });

export interface PartFailureProps {
  readonly where: 'inline' | 'over' | 'page';
  /** Settles when it has been tried; where it worked this is gone by then. */
  readonly onRetry: () => Promise<void>;
  readonly onDismiss?: (() => void) | undefined;
}

/** "Couldn’t load this · Try again". */
export function PartFailure({ where, onRetry, onDismiss }: PartFailureProps) {
  const words = use(PartWordsContext);
  const [busy, setBusy] = useState(false);
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  const retry = () => {
    // Nothing is lost with a page that is not there, and a browser that keeps failed imports begins anew.
    if (where === 'page' && navigator.onLine) {
      window.location.reload();
      return;
    }
    setBusy(true);
    const settled = () => mounted.current && setBusy(false);
    onRetry().then(settled, settled);
  };
  const button = (
    <Button variant={where === 'page' ? 'primary' : 'secondary'} busy={busy} onClick={retry}>
      {words.tryAgain}
    </Button>
  );

  if (where === 'page') {
    return (
      <main className="flex min-h-dvh flex-col">
        <NoticePage icon={<CloudOff className="size-8" />} title={words.failed} text={words.hint} actions={button} />
      </main>
    );
  }
  if (where === 'inline') {
    return (
      <div role="alert" className="flex flex-wrap items-center justify-center gap-x-4 gap-y-2 bg-surface p-4 text-sm text-text">
        <span>{words.failed}</span>
        {button}
      </div>
    );
  }
  return <FailureOver words={words} button={button} onDismiss={onDismiss} />;
}

interface FailureOverProps {
  readonly words: PartWords;
  readonly button: ReactNode;
  readonly onDismiss: (() => void) | undefined;
}

/** Over the page, in the thumb's reach; it has the focus that what should have opened would have. */
function FailureOver({ words, button, onDismiss }: FailureOverProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const own = box.current;
    own?.querySelector('button')?.focus();
    return () => {
      const lost = document.activeElement === document.body || own?.contains(document.activeElement);
      if (lost && before instanceof HTMLElement) before.focus();
    };
  }, []);
  return createPortal(
    <div className="pointer-events-none fixed inset-x-0 bottom-[max(1rem,env(safe-area-inset-bottom))] z-50 flex justify-center px-4">
      <div
        ref={box}
        role="alert"
        className="pointer-events-auto flex max-w-full animate-rise items-center gap-3 card py-2 ps-4 pe-2 text-sm text-text shadow-2xl"
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDismiss?.();
        }}
      >
        <CloudOff aria-hidden className="size-5 shrink-0 text-muted" />
        <span className="min-w-0 font-medium">{words.failed}</span>
        {button}
        {onDismiss ? (
          <button
            type="button"
            aria-label={words.close}
            onClick={onDismiss}
            className="inline-flex size-11 shrink-0 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-text"
          >
            <X aria-hidden className="size-5" />
          </button>
        ) : null}
      </div>
    </div>,
    document.body,
  );
}
