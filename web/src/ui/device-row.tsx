import { MonitorSmartphone } from 'lucide-react';
import type { ReactNode } from 'react';
import { InlineEdit } from './fields/inline-edit.tsx';
import { IconTile } from './icon-tile.tsx';

export interface DeviceRowProps {
  readonly name: string;
  /** What the name is, to screen readers, and what the button says that changes it. */
  readonly label: string;
  readonly renameLabel: string;
  readonly saveLabel: string;
  readonly maxLength: number;
  readonly onRename: (name: string) => void;
  /** Below the name. */
  readonly children?: ReactNode;
  /** A button at the end of the row. */
  readonly end?: ReactNode;
}

/** One of somebody's devices in a list of them: its name, with a pencil. */
export function DeviceRow(props: DeviceRowProps) {
  return (
    <li className="flex min-w-0 items-center gap-3 py-2">
      <IconTile icon={MonitorSmartphone} />
      <div className="min-w-0 flex-1">
        <InlineEdit
          className="min-w-0 font-semibold"
          value={props.name}
          label={props.label}
          editLabel={props.renameLabel}
          saveLabel={props.saveLabel}
          maxLength={props.maxLength}
          onSave={props.onRename}
        />
        {props.children}
      </div>
      {props.end}
    </li>
  );
}
