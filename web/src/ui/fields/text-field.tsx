import { type ComponentProps, type ReactNode, useId } from 'react';
import { AlertText } from '../alert-text.tsx';
import { cx } from '../cx.ts';

export interface TextFieldProps extends ComponentProps<'input'> {
  readonly label: string;
  /** The label is there for screen readers only, because the place around the field says it already. */
  readonly labelHidden?: boolean;
  readonly hint?: ReactNode;
  /** What is wrong and what to do about it. */
  readonly error?: ReactNode;
  /** Stands inside the field, at its end. */
  readonly end?: ReactNode;
  readonly fieldClassName?: string;
}

/** A labelled one-line field that tells its error and its hint to everyone. */
export function TextField({ label, labelHidden = false, hint, error, end, className, fieldClassName, ...rest }: TextFieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  return (
    <div className={cx('flex flex-col gap-1.5 text-left', className)}>
      <label htmlFor={id} className={labelHidden ? 'sr-only' : 'text-sm font-semibold'}>
        {label}
      </label>
      <div className="relative">
        <input
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={error || hint ? noteId : undefined}
          {...rest}
          className={cx(
            'min-h-12 w-full rounded-control border bg-surface px-3.5 text-base text-text placeholder:text-muted',
            error ? 'border-danger' : 'border-line-strong',
            end ? 'pe-13' : null,
            fieldClassName,
          )}
        />
        {end ? <div className="absolute inset-y-0 end-0.5 flex items-center">{end}</div> : null}
      </div>
      {error ? (
        <AlertText id={noteId}>{error}</AlertText>
      ) : hint ? (
        <p id={noteId} className="text-sm text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
