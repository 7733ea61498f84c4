/** A card over the blurred picture: what is asked, or said, before it plays. */
export const GATE_CARD = 'card my-auto flex w-full max-w-sm animate-rise flex-col gap-4 bg-surface/92 p-6 shadow-2xl';
