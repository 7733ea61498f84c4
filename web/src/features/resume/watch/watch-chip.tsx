/** One thing said over the video, with what can be done about it. */
export function WatchChip({
  text,
  actions,
}: {
  readonly text: string;
  readonly actions: readonly { readonly label: string; readonly onPress: () => void }[];
}) {
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-20 flex justify-center px-4 phone-landscape:bottom-16 narrow:top-2 narrow:bottom-auto">
      <p role="status" className="chip pointer-events-auto flex flex-wrap items-center justify-end rounded-3xl px-4">
        <span className="py-2 text-pretty">{text}</span>
        {actions.map(({ label, onPress }) => (
          <button key={label} type="button" className="chip-action -me-3 ms-1 gap-1.5" onClick={onPress}>
            {label}
          </button>
        ))}
      </p>
    </div>
  );
}
