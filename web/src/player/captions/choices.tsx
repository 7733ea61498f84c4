import { type ReactNode, useId } from 'react';
import { cx } from '../../ui/cx.ts';

/** A group of what can be chosen or set. */
export function Group(props: { readonly legend: string; readonly row?: boolean; readonly children: ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-semibold text-muted">{props.legend}</legend>
      <div className={cx('flex', props.row ? 'items-center gap-1' : 'flex-col')}>{props.children}</div>
    </fieldset>
  );
}

export interface ChoiceProps {
  readonly name: string;
  readonly checked: boolean;
  readonly label: string;
  /** Said in small beneath it. */
  readonly note?: string | undefined;
  readonly onChoose: () => void;
  readonly children?: ReactNode;
}

/** One of several, with room for what can be done with it. */
export function Choice(props: ChoiceProps) {
  const id = useId();
  return (
    <div className="flex items-center">
      <label
        htmlFor={id}
        className="flex min-h-11 min-w-0 flex-1 cursor-pointer items-center gap-3 rounded-lg px-2 text-sm font-medium hover:bg-raised"
      >
        <input
          id={id}
          type="radio"
          name={props.name}
          checked={props.checked}
          onChange={props.onChoose}
          className="size-4.5 shrink-0 accent-(--accent)"
        />
        <span className="min-w-0 flex-1">
          <span className="block truncate">{props.label}</span>
          {props.note ? <span className="block truncate text-xs font-normal text-muted">{props.note}</span> : null}
        </span>
      </label>
      {props.children}
    </div>
  );
}
