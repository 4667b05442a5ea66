/** Runs tasks side by side until each has ended. The first that fails makes the others stop, and its error is thrown. */
export async function together(
  signal: AbortSignal,
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const failed = new AbortController();
  const over = AbortSignal.any([signal, failed.signal]);
  await Promise.all(
    tasks.map((task) => task(over).catch((error: unknown) => failed.abort(error))), // only the first is kept
  );
  failed.signal.throwIfAborted();
}
