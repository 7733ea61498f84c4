try {
  const theme = localStorage.getItem('cowatch.theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is closed to this page: the system's own theme holds.
}
