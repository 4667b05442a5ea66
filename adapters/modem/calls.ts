import { ModemError } from '../../errors.ts';

interface OpenCall {
  readonly doing: string;
  readonly controller: AbortController;
}

/** Calls of the application that take time: each ends by its own signal, or together with all. */
export class Calls {
  readonly #open = new Set<OpenCall>();

  /** Settles as `work` does, or rejects as soon as the call is given up, which `work` learns by its signal.
   *
   * @param doing what is attempted, for the error: `ping of example.org`.
   */
  async run<T>(
    doing: string,
    signal: AbortSignal | undefined,
    work: (given: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const call: OpenCall = { doing, controller: new AbortController() };
    const leave = (): void =>
      call.controller.abort(new ModemError('STOPPED', `${doing}: aborted by its signal`, {}, signal?.reason));
    if (signal?.aborted) leave();
    signal?.addEventListener('abort', leave, { once: true });
    this.#open.add(call);
    try {
      return await orAborted(work(call.controller.signal), call.controller.signal);
    } finally {
      signal?.removeEventListener('abort', leave);
      this.#open.delete(call);
    }
  }

  /** Ends every call that is open. */
  end(reason: (doing: string) => ModemError): void {
    for (const { doing, controller } of this.#open) controller.abort(reason(doing));
  }
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject);
  });
}
