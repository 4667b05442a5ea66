import { Observable, type Subscriber } from 'rxjs';

/** Hands each value to everybody who is subscribed, as a `Subject` does, for a quarter of the time: for what a busy port brings by
 * the hundred thousand. Never completes. */
export class Relay<T> extends Observable<T> {
  /** Replaced, never changed: whoever comes or goes meanwhile is no matter of the value under way. */
  #subscribers: readonly Subscriber<T>[] = [];

  constructor() {
    super((subscriber) => {
      this.#subscribers = [...this.#subscribers, subscriber];
      return () => {
        this.#subscribers = this.#subscribers.filter((one) => one !== subscriber);
      };
    });
  }

  /** Somebody is subscribed. */
  get observed(): boolean {
    return this.#subscribers.length > 0;
  }

  next(value: T): void {
    for (const subscriber of this.#subscribers) subscriber.next(value);
  }
}
