/** Rejections and exceptions that nobody caught belong to the case that is running. */

let listener: ((text: string) => void) | undefined;
let isWatching = false;

function tell(error: unknown): void {
  listener?.(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

/** Tells `listen` what nobody caught, until it is released. One at a time. */
export function onUnhandled(listen: (text: string) => void): () => void {
  if (!isWatching) {
    process.on('unhandledRejection', tell);
    process.on('uncaughtException', tell);
  }
  isWatching = true;
  listener = listen;
  return () => {
    listener = undefined;
  };
}
