/** One exchange over the live connection: the four timestamps of NTP (RFC 5905, §8). */
export interface ClockSample {
  /** Local monotonic milliseconds at which the question left and the answer came. */
  readonly askedMs: number;
  readonly answeredMs: number;
  /** Cluster milliseconds at which the server read the question and wrote the answer. */
  readonly receivedAtMs: number;
  readonly sentAtMs: number;
  /** The server process that answered. */
  readonly instanceId: string;
}

export interface ClockEstimate {
  /** Cluster time minus local monotonic time, in milliseconds. */
  readonly offsetMs: number;
  /** The true offset is no further away than this. */
  readonly errorBoundMs: number;
  /** Round trip of the quickest exchange that counts, in milliseconds. */
  readonly rttMs: number;
}

/** How fast two clocks may part, as a fraction: 50 ppm is the edge of what ordinary quartz does. */
export const CLOCK_DRIFT_LIMIT = 50e-6;

/** Samples that are kept; older ones have been widened by age until they say nothing. */
const CLOCK_SAMPLES_KEPT = 48;

/**
 * Estimates the offset of the cluster clock by intersecting intervals.
 *
 * Whatever the two ways of one exchange took, the offset lies in [sentAt − answered, receivedAt − asked]: a message
 * cannot arrive before it left. Every sample gives such an interval; it widens with age by `CLOCK_DRIFT_LIMIT`; the
 * truth lies in all of them, so the estimate is the middle of their intersection and its half width is a hard bound
 * (K. Marzullo, "Maintaining the time in a distributed system", 1983). Its ends come from the quickest message of each
 * direction, which need not belong to one exchange: under jitter that converges in fewer samples than taking the one
 * exchange with the lowest round trip. An empty intersection means that a clock has jumped (sleep, another machine) or
 * runs faster than the limit: then the oldest samples go until the rest agree.
 */
export interface ClockFilter {
  /** Takes a sample; where it contradicts older ones, those go. Impossible ones are ignored. */
  add(sample: ClockSample): void;
  /** The estimate at a local monotonic time; null before the first sample. */
  estimate(atLocalMs: number): ClockEstimate | null;
  /** Forgets everything: after sleep, or on another network. */
  reset(): void;
}

export function createClockFilter(): ClockFilter {
  let samples: ClockSample[] = [];

  const intersection = (atMs: number) => {
    let lowMs = Number.NEGATIVE_INFINITY;
    let highMs = Number.POSITIVE_INFINITY;
    let rttMs = Number.POSITIVE_INFINITY;
    for (const sample of samples) {
      const slackMs = Math.max(0, atMs - sample.answeredMs) * CLOCK_DRIFT_LIMIT;
      lowMs = Math.max(lowMs, sample.sentAtMs - sample.answeredMs - slackMs);
      highMs = Math.min(highMs, sample.receivedAtMs - sample.askedMs + slackMs);
      rttMs = Math.min(rttMs, sample.answeredMs - sample.askedMs - (sample.sentAtMs - sample.receivedAtMs));
    }
    return { lowMs, highMs, rttMs };
  };

  return {
    add(sample) {
      const rttMs = sample.answeredMs - sample.askedMs - (sample.sentAtMs - sample.receivedAtMs);
      if (!(rttMs >= 0) || sample.sentAtMs < sample.receivedAtMs) return;
      const sameInstance = samples.filter((kept) => kept.instanceId === sample.instanceId);
      samples = [...sameInstance, sample].slice(-CLOCK_SAMPLES_KEPT);
      for (let { lowMs, highMs } = intersection(sample.answeredMs); lowMs > highMs && samples.length > 1; ) {
        samples = samples.slice(1);
        ({ lowMs, highMs } = intersection(sample.answeredMs));
      }
    },
    estimate(atLocalMs) {
      if (samples.length === 0) return null;
      const { lowMs, highMs, rttMs } = intersection(atLocalMs);
      return { offsetMs: (lowMs + highMs) / 2, errorBoundMs: Math.max(0, (highMs - lowMs) / 2), rttMs };
    },
    reset() {
      samples = [];
    },
  };
}
