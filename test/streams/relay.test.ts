import { config } from 'rxjs';
import { Relay } from '../../streams/relay.ts';

describe('a relay', () => {
  it('gives each value to all who are subscribed, in the order in which they came', () => {
    const relay = new Relay<number>();
    const got: string[] = [];
    relay.subscribe((value) => got.push(`a${value}`));
    relay.next(1);
    relay.subscribe((value) => got.push(`b${value}`));
    relay.next(2);
    expect(got).toEqual(['a1', 'a2', 'b2']);
  });

  it('knows whether anybody is subscribed', () => {
    const relay = new Relay<number>();
    expect(relay.observed).toBe(false);
    const [one, other] = [relay.subscribe(), relay.subscribe()];
    one.unsubscribe();
    expect(relay.observed).toBe(true);
    other.unsubscribe();
    expect(relay.observed).toBe(false);
  });

  it('gives nothing more to one who leaves while a value is under way, and the value not to one who comes then', () => {
    const relay = new Relay<number>();
    const got: string[] = [];
    relay.subscribe((value) => {
      got.push(`a${value}`);
      second.unsubscribe();
      if (value === 1) relay.subscribe((later) => got.push(`c${later}`));
    });
    const second = relay.subscribe((value) => got.push(`b${value}`));
    relay.next(1);
    relay.next(2);
    expect(got).toEqual(['a1', 'a2', 'c2']);
  });

  it('goes on behind a subscriber that throws', async () => {
    const thrown: unknown[] = [];
    config.onUnhandledError = (error) => thrown.push(error);
    const relay = new Relay<number>();
    const got: number[] = [];
    relay.subscribe(() => {
      throw new Error('a defect of a subscriber');
    });
    relay.subscribe((value) => got.push(value));
    relay.next(1);
    relay.next(2);
    while (thrown.length < 2) await new Promise((resolve) => setImmediate(resolve));
    config.onUnhandledError = null;
    expect(got).toEqual([1, 2]);
    expect(thrown).toEqual(Array(2).fill(new Error('a defect of a subscriber')));
  });
});
