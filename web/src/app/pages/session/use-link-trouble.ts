import { useEffect, useState } from 'react';
import type { LinkTrouble } from '../../../lib/http/knock.ts';

/** Loaded when something is wrong; what cannot be loaded then is a network that is away, and nothing has to be found out. */
const findTrouble = () =>
  import('../../../lib/http/knock.ts').then(
    ({ knock }) => knock(),
    (): LinkTrouble => ({ kind: 'unreachable' }),
  );

/** One attempt fails now and then; two in a row are worth a question. */
const ASK_FROM = 2;

/**
 * Why the live connection does not come about; null while it is there, or nothing is known. It is asked after the second
 * failed attempt, and then ever more seldom, as the attempts become, too.
 *
 * @param failedTries attempts in a row that came to nothing
 * @param slow it takes longer than people like to wait
 */
export function useLinkTrouble(failedTries: number, slow: boolean): LinkTrouble | null {
  const [trouble, setTrouble] = useState<LinkTrouble | null>(null);
  const round = failedTries < ASK_FROM ? (slow ? 1 : 0) : Math.floor(Math.log2(failedTries)) + 1;
  const fails = round > 0;
  useEffect(() => {
    if (round === 0) return;
    let over = false;
    void findTrouble().then((found) => {
      if (!over) setTrouble(found);
    });
    return () => {
      over = true;
    };
  }, [round]);
  useEffect(() => {
    if (!fails) setTrouble(null);
  }, [fails]);
  return fails ? trouble : null;
}
