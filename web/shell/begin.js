// Stands in the page itself and runs before anything is painted or fetched. `PAGES` is put in by the build: the files that
// each kind of page needs besides those that the page names.
(() => {
  const { documentElement, head } = document;
  const path = location.pathname.replace(/(.)\/$/, '$1');
  const [, sessionId] = /^\/s\/([\w-]{22})$/.exec(path) ?? [];
  const page = sessionId ? 'party' : ({ '/': 'home', '/history': 'history' }[path] ?? 'other');
  documentElement.dataset.page = page;

  let tabToken = null;
  let known = false;
  try {
    // So that a chosen theme never flashes the other one.
    const theme = localStorage.getItem('cowatch.theme');
    if (theme === 'dark' || theme === 'light') documentElement.dataset.theme = theme;
    known = localStorage.getItem('cowatch.viewer') !== null;
    tabToken = sessionStorage.getItem('cowatch.tab-token');
  } catch {
    // Storage is closed to this page: the system's own theme holds, and nobody is known.
  }

  for (const href of PAGES[page] ?? []) {
    const kind = href.endsWith('.css') ? { rel: 'preload', as: 'style' } : { rel: 'modulepreload' };
    head.append(Object.assign(document.createElement('link'), kind, { crossOrigin: '', href }));
  }

  // What the page will ask first is asked while its scripts are on their way; `lib/http/http.ts` takes the answers.
  if (page === 'other' || tabToken !== null) return;
  const ask = (address) => fetch(`/api/v1${address}`, { signal: AbortSignal.timeout(10_000) });
  const me = ask('/me');
  // The cookie comes with the first answer.
  const after = (address) => me.then(() => ask(address));
  const asked = { '/me': known || !sessionId ? [me] : [me, after('/me')] };
  // A link that was changed holds a key.
  const key = new URLSearchParams(location.search).get('k');
  const party = `/sessions/${sessionId}${key === null ? '' : `?k=${encodeURIComponent(key)}`}`;
  if (sessionId) asked[party] = [after(party)];
  for (const answers of Object.values(asked)) for (const answer of answers) answer.catch(() => {});
  window.cowatchAsked = asked;
})();
