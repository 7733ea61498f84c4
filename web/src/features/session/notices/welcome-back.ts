import type { SessionClient } from '@cowatch/shared/client';
import { onSlept } from '../../../lib/on-slept.ts';

/**
 * Tells where the party is, once its connection is there again after a sleep; returns its stop. That it has ended, or that
 * somebody was removed meanwhile, the page says by itself.
 */
export function welcomeBack(client: SessionClient, tell: (positionS: number) => void): () => void {
  let stopWaiting = () => {};
  const stopSleep = onSlept(() => {
    stopWaiting();
    let asking = false;
    const look = async () => {
      if (asking || client.state.connection !== 'joined') return;
      asking = true;
      // A connection that broke in the sleep looks whole until somebody speaks over it, and the clock is set anew first.
      const answer = await client.connection.ask('clock:ping', {});
      asking = false;
      const positionS = client.targetPositionS();
      if (!answer.ok || positionS === null) return;
      stopWaiting();
      tell(positionS);
    };
    const stop = client.subscribe(() => void look());
    stopWaiting = () => {
      asking = true;
      stop();
    };
    void look();
  });
  return () => {
    stopSleep();
    stopWaiting();
  };
}
