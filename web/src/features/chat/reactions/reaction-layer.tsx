import '../chat-panel-words.ts';
import './reactions.css';
import type { SessionClient } from '@cowatch/shared/client';
import { type CSSProperties, useEffect, useRef, useState } from 'react';
import { useMediaQuery } from '../../../lib/hooks/use-media-query.ts';
import { countsOf, type Flight, landed, launch } from './reaction-flights.ts';

/** How often those that are over are taken away, in milliseconds. */
const SWEEP_MS = 500;

/** What people feel, as it happens: emojis that rise from the lower right. Who wants nothing to move reads how many there are. */
export function ReactionLayer({ client }: { readonly client: SessionClient }) {
  const flights = useFlights(client);
  const isStill = useMediaQuery('(prefers-reduced-motion: reduce)');
  if (flights.length === 0) return null;
  return isStill ? (
    <div aria-hidden className="reaction-counts">
      {countsOf(flights).map(({ emoji, count }) => (
        <span key={emoji} data-reaction={emoji} className="rounded-full bg-black/70 px-2.5 py-1 text-sm font-semibold text-white tabular">
          {emoji} {count}
        </span>
      ))}
    </div>
  ) : (
    <div aria-hidden className="reaction-lane">
      {flights.map((flight) => (
        <span key={flight.id} data-reaction={flight.emoji} className="reaction emoji" style={styleOf(flight)}>
          {flight.emoji}
        </span>
      ))}
    </div>
  );
}

function useFlights({ reactions }: SessionClient): readonly Flight[] {
  const [flights, setFlights] = useState<readonly Flight[]>([]);
  const nextId = useRef(0);
  useEffect(
    () =>
      reactions.onBurst(({ counts }) => {
        // A page that nobody sees draws nothing, and would draw it all at once afterwards.
        if (document.visibilityState === 'hidden') return;
        const id = nextId.current;
        nextId.current += counts.size;
        setFlights((now) => launch(now, counts, performance.now(), id));
      }),
    [reactions],
  );
  const some = flights.length > 0;
  useEffect(() => {
    if (!some) return;
    const timer = setInterval(() => setFlights((now) => landed(now, performance.now())), SWEEP_MS);
    return () => clearInterval(timer);
  }, [some]);
  return flights;
}

const styleOf = ({ lane, scale, drift, durationMs }: Flight): CSSProperties =>
  ({
    '--reaction-lane': lane,
    '--reaction-scale': scale,
    '--reaction-drift': drift,
    '--reaction-ms': `${durationMs}ms`,
  }) as CSSProperties;
