import { Check, Pencil } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { cx } from './cx.ts';
import { IconButton } from './icon-button.tsx';

export interface InlineEditProps {
  readonly value: string;
  /** Name of the field. */
  readonly label: string;
  /** Name of the button that begins. */
  readonly editLabel: string;
  readonly saveLabel: string;
  readonly maxLength: number;
  readonly onSave: (value: string) => void;
  readonly className?: string;
}

/** A text with a pencil: press it, type, press enter. Escape leaves everything as it was. */
export function InlineEdit({ value, label, editLabel, saveLabel, maxLength, onSave, className }: InlineEditProps) {
  const [draft, setDraft] = useState<string | null>(null);

  function finish(save: boolean) {
    const next = draft?.trim();
    setDraft(null);
    if (save && next && next !== value) onSave(next);
  }

  if (draft === null) {
    return (
      <span className={cx('flex min-w-0 items-center', className)}>
        <span className="truncate">{value}</span>
        <IconButton
          label={editLabel}
          icon={<Pencil aria-hidden className="size-4" />}
          onClick={() => setDraft(value)}
        />
      </span>
    );
  }
  return (
    <form
      className={cx('flex min-w-0 items-center gap-1', className)}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        finish(true);
      }}
    >
      <input
        ref={selectAll}
        aria-label={label}
        value={draft}
        maxLength={maxLength}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={() => finish(true)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          finish(false);
        }}
        className="min-h-10 w-full min-w-0 rounded-control border border-line-strong bg-surface px-2.5 text-text"
      />
      <IconButton label={saveLabel} type="submit" icon={<Check aria-hidden className="size-5" />} />
    </form>
  );
}

/** Stays the same function, so that React calls it once and not at every key. */
function selectAll(input: HTMLInputElement | null) {
  input?.select();
}
