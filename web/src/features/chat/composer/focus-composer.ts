/** What is written in: the composer of the chat, of which there is one in a panel and one over the video. */
export const COMPOSER = 'data-chat-composer';

/** The keyboard goes to the composer: the one in the same part of the page, or else to any. A menu that closes has had its turn by then. */
export function focusComposer(near?: Element): void {
  requestAnimationFrame(() => {
    const place = near?.closest('[data-chat]')?.querySelector<HTMLElement>(`[${COMPOSER}]`);
    (place ?? document.querySelector<HTMLElement>(`[${COMPOSER}]`))?.focus();
  });
}
