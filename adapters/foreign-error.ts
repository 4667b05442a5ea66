/** Node's name for a system error (`ENOENT`), wherever `error` came from.
 *
 * Looks at the shape: `instanceof Error` is false for errors of another realm (worker contexts, test runners).
 */
export function errnoOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What an error of another library says, in one line. */
export function messageOf(error: unknown): string {
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
  return typeof message === 'string' && message !== '' ? message : String(error);
}
