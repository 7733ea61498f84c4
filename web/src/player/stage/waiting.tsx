import { Spinner } from '../../ui/spinner.tsx';

/** A spinner that lets the picture and the controls be. */
export function Waiting({ text, label }: { readonly text?: string; readonly label?: string }) {
  return (
    <div
      role="status"
      className="pointer-events-none absolute inset-0 flex animate-late flex-col items-center justify-center gap-3 px-4 text-center text-text"
    >
      <span className="rounded-full bg-black/55 p-3">
        <Spinner className="size-9" />
      </span>
      {text ? <span className="rounded-card bg-black/70 px-4 py-1.5 text-sm text-balance">{text}</span> : null}
      {label ? <span className="sr-only">{label}</span> : null}
    </div>
  );
}
