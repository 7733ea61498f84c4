import type { Config } from '../../config.ts';
import { OperatorError } from '../operator-error.ts';
import type { HttpApp } from './http.types.ts';

/** The server cannot listen; the message names the variable to change. */
class ListenError extends OperatorError {}

/**
 * Connections that wait until this process takes them; the kernel cuts it to `net.core.somaxconn`. With Node's own 511
 * most of a storm is turned away by the kernel and knocks again after 1, 3 and 7 s.
 */
const BACKLOG = 4096;

/**
 * Starts listening; returns the port, which matters where any free one was asked for.
 * @throws ListenError
 */
export async function listen(app: HttpApp, { port, bindAddress }: Pick<Config, 'port' | 'bindAddress'>): Promise<number> {
  const on = { port, backlog: BACKLOG, listenTextResolver: (address: string) => `listening at ${address}` };
  try {
    await app.listen({ ...on, host: bindAddress ?? '::' });
  } catch (error) {
    // Machines without IPv6 know no "::".
    if (bindAddress !== null || codeOf(error) !== 'EAFNOSUPPORT') throw listenError(error, port, bindAddress);
    await app.listen({ ...on, host: '0.0.0.0' }).catch((failure) => {
      throw listenError(failure, port, bindAddress);
    });
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function listenError(error: unknown, port: number, bindAddress: string | null): ListenError {
  const where = bindAddress === null ? `Port ${port}` : `Port ${port} of ${bindAddress}`;
  const messages: Record<string, string> = {
    EADDRINUSE: `${where} is taken by another program: stop that one, or set PORT to another number.`,
    EACCES: `${where} may not be opened by this user: set PORT to a number above 1023.`,
    EADDRNOTAVAIL: `${bindAddress} is no address of this machine: set BIND_ADDRESS to one, or unset it to listen on all.`,
    ENOTFOUND: `${bindAddress} is no known host: set BIND_ADDRESS to an address of this machine, or unset it.`,
  };
  const message = messages[codeOf(error)] ?? `${where} cannot be listened on: ${String(error)} (see PORT and BIND_ADDRESS).`;
  return new ListenError(message, error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
