/** What an address may serve, where somebody has looked: the address alone does not always say. */
export const SERVED_KINDS = ['file', 'hls', 'dash'] as const;
export type ServedKind = (typeof SERVED_KINDS)[number];

/** Is it a kind that is served at an address, and not by the player of a service? */
export const isServedKind = (kind: string): kind is ServedKind => SERVED_KINDS.some((served) => served === kind);
