/** "20:41" as this device writes it. */
export function clockTime(atMs: number): string {
  return new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' }).format(atMs);
}

/** "Friday, 27 November". */
export function dayWords(atMs: number): string {
  return new Intl.DateTimeFormat(document.documentElement.lang, { weekday: 'long', day: 'numeric', month: 'long' }).format(atMs);
}
