/**
 * Asks the browser whether it finds a medium behind an address, without showing anything.
 *
 * @param timeoutMs after which it is `unknown`
 */
export function probeVideo(url: string, timeoutMs: number): Promise<'plays' | 'fails' | 'unknown'> {
  const video = document.createElement('video');
  return new Promise<'plays' | 'fails' | 'unknown'>((resolve) => {
    const timer = setTimeout(() => resolve('unknown'), timeoutMs);
    const settle = (result: 'plays' | 'fails') => () => {
      clearTimeout(timer);
      resolve(result);
    };
    video.addEventListener('loadedmetadata', settle('plays'), { once: true });
    video.addEventListener('error', settle('fails'), { once: true });
    video.muted = true;
    video.preload = 'metadata';
    video.src = url;
  }).finally(() => {
    // Frees the connection: an abandoned element would go on loading.
    video.removeAttribute('src');
    video.load();
  });
}
