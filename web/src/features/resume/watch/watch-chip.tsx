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
      <p
        role="status"
        className="pointer-events-auto flex max-w-full animate-rise flex-wrap items-center justify-end rounded-3xl bg-[#17151b]/92 px-4 text-sm font-medium text-[#f5f2ee] shadow-lg"
      >
        <span className="py-2 text-pretty">{text}</span>
        {actions.map(({ label, onPress }) => (
          <button
            key={label}
            type="button"
            className="-me-3 ms-1 inline-flex min-h-11 items-center gap-1.5 rounded-full px-3 font-bold text-[#5ee0bd] hover:bg-white/10"
            onClick={onPress}
          >
            {label}
          </button>
        ))}
      </p>
    </div>
  );
}
