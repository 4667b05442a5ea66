/** What somebody who comes later is told: who is there, and what happened lately.
 *
 *    actors (their charts) ─ states of those that were quiet lately ─ the last messages, in order
 */

/** What is told again of each kind: enough for what led to the present state, bounded for whoever runs for months. */
const MOST_MESSAGES = 200;

interface Entry {
  readonly sessionId: string;
  readonly isSnapshot: boolean;
  readonly text: string;
}

export class StatelyLog {
  readonly #actors = new Map<string, string>();
  /** Session ids of the modems that the actors belong to. */
  readonly #roots = new Map<string, string>();
  readonly #latest = new Map<string, Entry>();
  readonly #ended = new Set<string>();
  #recent: Entry[] = [];

  /** An actor is there. */
  registered(sessionId: string, text: string, rootId = sessionId): void {
    this.#actors.set(sessionId, text);
    this.#roots.set(sessionId, rootId);
  }

  /** Something happened to it. */
  happened(entry: Entry): void {
    if (!this.#actors.has(entry.sessionId)) return; // its modem is gone
    if (entry.isSnapshot) this.#latest.set(entry.sessionId, entry);
    this.#recent.push(entry);
    if (this.#recent.length < 2 * MOST_MESSAGES) return;
    this.#recent = this.#recent.slice(-MOST_MESSAGES);
    const told = new Set(this.#recent.map(({ sessionId }) => sessionId));
    for (const sessionId of this.#ended) if (!told.has(sessionId)) this.#forget(sessionId);
  }

  /** It has ended: it is told of as long as its last messages are. */
  ended(sessionId: string): void {
    this.#ended.add(sessionId);
  }

  /** Everything for somebody who has just come. */
  get texts(): readonly string[] {
    const recent = this.#recent.slice(-MOST_MESSAGES);
    const shown = new Set(recent.filter(({ isSnapshot }) => isSnapshot).map(({ sessionId }) => sessionId));
    const quiet = [...this.#latest.values()].filter(({ sessionId }) => !shown.has(sessionId));
    return [...this.#actors.values(), ...[...quiet, ...recent].map(({ text }) => text)];
  }

  /** A modem is gone, and everything below it. */
  forgetAll(rootId: string): void {
    for (const [sessionId, root] of this.#roots) if (root === rootId) this.#forget(sessionId);
    this.#recent = this.#recent.filter(({ sessionId }) => this.#actors.has(sessionId));
  }

  #forget(sessionId: string): void {
    this.#roots.delete(sessionId);
    this.#ended.delete(sessionId);
    this.#actors.delete(sessionId);
    this.#latest.delete(sessionId);
  }
}
