/** `down` parts are named and do not by themselves make the server unable to serve. */
export type PartState = 'ok' | 'degraded' | 'down';

/** How one part stands. */
export interface PartHealth {
  readonly state: PartState;
  /** One line for an operator. */
  readonly detail?: string;
}

/** A named part of the server that reports its state at once, from what it knows already. */
export interface HealthPart {
  readonly name: string;
  check(): PartHealth;
}

/** `starting` and `draining` answer 503, `degraded` serves without one of its parts. */
export type ReadyStatus = 'ok' | 'degraded' | 'starting' | 'draining';

/** Body of `/readyz`. */
export interface ReadyReport {
  readonly status: ReadyStatus;
  readonly parts: Readonly<Record<string, PartHealth>>;
}

/** Health registry: the parts of the server, and whether it takes requests at all. */
export class HealthRegistry {
  readonly #parts = new Map<string, HealthPart>();
  #phase: 'starting' | 'serving' | 'draining' = 'starting';

  /** Adds a part; returns its removal. Throws when the name is taken. */
  register(part: HealthPart): () => void {
    if (this.#parts.has(part.name)) throw new Error(`health part "${part.name}" is registered twice`);
    this.#parts.set(part.name, part);
    return () => {
      this.#parts.delete(part.name);
    };
  }

  /** From now on the server takes requests. */
  serving(): void {
    if (this.#phase === 'starting') this.#phase = 'serving';
  }

  /** From now on load balancers should send people elsewhere; there is no way back. */
  draining(): void {
    this.#phase = 'draining';
  }

  report(): ReadyReport {
    const parts: Record<string, PartHealth> = {};
    let whole = true;
    for (const part of this.#parts.values()) {
      const health = checked(part);
      parts[part.name] = health;
      if (health.state !== 'ok') whole = false;
    }
    const status = this.#phase === 'serving' ? (whole ? 'ok' : 'degraded') : this.#phase;
    return { status, parts };
  }
}

function checked(part: HealthPart): PartHealth {
  try {
    return part.check();
  } catch (error) {
    // A part that cannot even say how it is must not take the others' report with it.
    return { state: 'down', detail: `its check failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}
