/** Aborted with either of two signals. `AbortSignal.any` would stay registered on the longer-lived one. */
export function eitherSignal(a: AbortSignal, b: AbortSignal): readonly [AbortSignal, release: () => void] {
  const controller = new AbortController();
  const abort = (): void => controller.abort(a.aborted ? a.reason : b.reason);
  const release = (): void => {
    a.removeEventListener('abort', abort);
    b.removeEventListener('abort', abort);
  };
  if (a.aborted || b.aborted) abort();
  a.addEventListener('abort', abort);
  b.addEventListener('abort', abort);
  return [controller.signal, release];
}

/** The promise, unless the signal comes first: then it rejects. */
export function aborting<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
