import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface DropZoneProps {
  readonly enabled: boolean;
  readonly onFile: (file: File) => void;
  readonly onText: (text: string) => void;
  readonly children: ReactNode;
}

/** Takes files and links that are dropped on it from elsewhere; what is dragged about inside it is none of its business. */
export function DropZone({ enabled, onFile, onText, children }: DropZoneProps) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  /** Entering a child comes before leaving its parent. */
  const depth = useRef(0);
  const from = (event: DragEvent) => enabled && isFromElsewhere(event);
  const end = () => {
    depth.current = 0;
    setOver(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the field and the button beside it do the same
    <div
      className="relative flex min-h-0 flex-1 flex-col"
      onDragEnter={(event) => {
        if (!from(event)) return;
        depth.current += 1;
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!from(event)) return;
        depth.current -= 1;
        if (depth.current <= 0) end();
      }}
      onDragOver={(event) => {
        if (from(event)) event.preventDefault();
      }}
      onDrop={(event) => {
        if (!from(event)) return;
        event.preventDefault();
        end();
        const [file] = event.dataTransfer.files;
        const text = event.dataTransfer.getData('text/uri-list') || event.dataTransfer.getData('text/plain');
        if (file) onFile(file);
        else if (text) onText(text);
      }}
    >
      {children}
      {over ? (
        <div className="pointer-events-none absolute inset-2 z-10 flex items-center justify-center rounded-card border-2 border-dashed border-accent bg-surface/90 p-6 text-center font-semibold">
          {t('queue.dropHere')}
        </div>
      ) : null}
    </div>
  );
}

const isFromElsewhere = ({ dataTransfer: { types } }: DragEvent) =>
  !types.some((type) => type.startsWith('application/vnd.pdnd')) &&
  ['Files', 'text/uri-list', 'text/plain'].some((type) => types.includes(type));
