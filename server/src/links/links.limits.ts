/** Longest look at an address, redirects and all, in milliseconds: a person waits for the answer. */
export const LOOK_TIMEOUT_MS = 5000;

/** Most looks at a time of this process; one more is answered `unseen`, which costs its caller nothing. */
export const LOOKS_AT_ONCE = 32;

/** A caller may look at so many addresses, as a part of what they may ask at all. */
export const LOOKS_SHARE = 1 / 20;
