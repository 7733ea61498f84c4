import { describe, expect, it } from 'vitest';
import { HealthRegistry, type PartHealth } from './health.ts';

describe('HealthRegistry', () => {
  it('serves only between start and drain, and does not come back from a drain', () => {
    const health = new HealthRegistry();
    expect(health.report()).toEqual({ status: 'starting', parts: {} });
    health.serving();
    expect(health.report().status).toBe('ok');
    health.draining();
    health.serving();
    expect(health.report().status).toBe('draining');
  });

  it('is degraded by any part that is not well, and names all', () => {
    const health = new HealthRegistry();
    let state: PartHealth = { state: 'ok' };
    health.register({ name: 'a', check: () => state });
    const remove = health.register({
      name: 'b',
      check: () => {
        throw new Error('it cannot say');
      },
    });
    health.serving();
    const b = { state: 'down', detail: 'its check failed: it cannot say' };
    expect(health.report()).toEqual({ status: 'degraded', parts: { a: { state: 'ok' }, b } });
    remove();
    expect(health.report().status).toBe('ok');
    state = { state: 'degraded', detail: 'slow' };
    expect(health.report()).toEqual({ status: 'degraded', parts: { a: state } });
  });

  it('knows each part once', () => {
    const health = new HealthRegistry();
    health.register({ name: 'a', check: () => ({ state: 'ok' }) });
    expect(() => health.register({ name: 'a', check: () => ({ state: 'ok' }) })).toThrow(/twice/);
  });
});
