/** What libuv is asked to watch on a file descriptor (`UV_READABLE`, `UV_WRITABLE`). */
const READABLE = 1;
const WRITABLE = 2;

/** A port of serialport on Unix, as far as its waiting goes. */
interface Polled {
  readonly poller: { poll(flags?: number): void };
}

function isPolled(port: object): port is Polled {
  const { poller } = port as Partial<Polled>;
  return typeof poller?.poll === 'function';
}

/** Lets reading go on while a write waits for room.
 *
 * serialport 13 watches only what was asked for last: a write that waits for room ends the waiting for input. Then a far
 * end that wants to be read before it takes more, as flow control on both sides can make it, waits for ever. So
 * whoever waits for room watches for input too, and the other way round while a write is under way.
 */
export function pollBothWays(port: object, isWriting: () => boolean): void {
  if (!isPolled(port)) return; // Windows has no such waiting
  const { poller } = port;
  const watch = poller.poll.bind(poller);
  poller.poll = (flags = 0) => watch(flags | READABLE | (isWriting() ? WRITABLE : 0));
}
