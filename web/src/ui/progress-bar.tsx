export interface ProgressBarProps {
  /** What is going on. */
  readonly label: string;
  readonly value: number;
  readonly max: number;
}

/** How far something is, for those who see it and those who hear it. */
export function ProgressBar({ label, value, max }: ProgressBarProps) {
  const share = max === 0 ? 1 : Math.min(1, value / max);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(value, max)}
      className="h-2 overflow-hidden rounded-full bg-raised"
    >
      <div
        className="h-full rounded-full bg-accent transition-[width] duration-300 motion-reduce:transition-none"
        style={{ width: `${Math.max(share * 100, 4)}%` }}
      />
    </div>
  );
}
