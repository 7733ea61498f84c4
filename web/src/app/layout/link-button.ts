/** A link that looks like the primary button. */
export const LINK_BUTTON =
  'inline-flex min-h-11 items-center justify-center rounded-control border border-transparent bg-accent px-4 text-sm font-semibold text-on-accent transition-colors duration-150 hover:bg-accent-strong';

/** A link that looks like the secondary button. */
export const LINK_BUTTON_SECONDARY =
  'inline-flex min-h-11 items-center justify-center rounded-control border border-line bg-raised px-4 text-sm font-semibold text-text transition-colors duration-150 hover:border-line-strong';
