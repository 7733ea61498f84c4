import { Check, Pencil } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { cx } from '../cx.ts';
import { IconButton } from '../icon-button.tsx';

export interface InlineEditFormProps {
  readonly value: string;
  /** Name of the field. */
  readonly label: string;
  readonly saveLabel: string;
  readonly maxLength: number;
  readonly className?: string;
  /** With the new text, or null where everything stays as it was. Called once. */
  readonly onDone: (value: string | null) => void;
}

/** A text being changed in its place: enter or leaving saves, escape does not. */
export function InlineEditForm({ value, label, saveLabel, maxLength, className, onDone }: InlineEditFormProps) {
  const [draft, setDraft] = useState(value);
  const next = draft.trim();
  const save = () => onDone(next && next !== value ? next : null);
  return (
    <form
      className={cx('flex min-w-0 flex-1 items-center gap-1', className)}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        save();
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) save();
      }}
    >
      <input
        ref={selectAll}
        aria-label={label}
        value={draft}
        maxLength={maxLength}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onDone(null);
        }}
        className="min-h-11 w-full min-w-0 rounded-control border border-line-strong bg-surface px-2.5 text-text"
      />
      <IconButton label={saveLabel} type="submit" icon={<Check aria-hidden className="size-5" />} />
    </form>
  );
}

export interface InlineEditProps extends Omit<InlineEditFormProps, 'onDone'> {
  /** Name of the button that begins. */
  readonly editLabel: string;
  readonly onSave: (value: string) => void;
}

/** A text with a pencil. */
export function InlineEdit({ editLabel, onSave, ...form }: InlineEditProps) {
  const [editing, setEditing] = useState(false);
  // The keyboard goes on from the pencil.
  const edited = useRef(false);
  if (editing) {
    return (
      <InlineEditForm
        {...form}
        onDone={(value) => {
          edited.current = document.activeElement?.closest('form') !== null;
          setEditing(false);
          if (value !== null) onSave(value);
        }}
      />
    );
  }
  return (
    <span className={cx('flex min-w-0 items-center', form.className)}>
      <span className="truncate">{form.value}</span>
      <IconButton
        ref={(button) => {
          if (button && edited.current) button.focus();
          edited.current = false;
        }}
        label={editLabel}
        icon={<Pencil aria-hidden className="size-4" />}
        onClick={() => setEditing(true)}
      />
    </span>
  );
}

/** Stays the same function, so that React calls it once and not at every key. */
function selectAll(input: HTMLInputElement | null) {
  input?.select();
}
