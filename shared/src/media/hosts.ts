/** Is this the domain, or below it? */
export const hostIs = (url: URL, domain: string): boolean => url.hostname === domain || url.hostname.endsWith(`.${domain}`);

/**
 * Is it a host of one's own network, as its name says? Such machines rarely have a certificate, so that browsers too ask
 * them by http where no scheme is given.
 */
export function isLocalHost(hostname: string): boolean {
  if (hostname.startsWith('[') || /^[\d.]+$/.test(hostname)) return true;
  return !hostname.includes('.') || /\.(?:local|lan|home|internal|intranet|localdomain|localhost|home\.arpa)$/i.test(hostname);
}
