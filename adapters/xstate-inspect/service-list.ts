import type { PresentedService } from './service.ts';

type Listener = (service: PresentedService) => void;

/** Who is there, in the shape in which XState 4 tells its development tools. */
export class ServiceList {
  readonly services = new Set<PresentedService>();
  readonly #listeners = new Set<Listener>();

  register(service: PresentedService): void {
    this.services.add(service);
    for (const listener of this.#listeners) listener(service);
    service.onStop(() => this.services.delete(service));
  }

  onRegister(listener: Listener): { unsubscribe(): void } {
    this.#listeners.add(listener);
    for (const service of this.services) listener(service);
    return { unsubscribe: () => this.#listeners.delete(listener) };
  }
}
