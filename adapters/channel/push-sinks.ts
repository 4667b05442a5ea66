/** Payload that a module pushes, straight to the socket that it belongs to. */
import type { PayloadHeader } from '../../streams/wire-event.ts';

/** Takes what is pushed to one connect id. */
export interface PushSink {
  receive(slices: readonly Uint8Array[], header: PayloadHeader): void;
  /** A push was cut short or damaged: bytes are missing. */
  damaged(): void;
}

export class PushSinks {
  readonly #sinks = new Map<number, PushSink>();

  /** Replaces the sink of the id; the returned function takes it away, unless it was replaced meanwhile. */
  add(connectId: number, sink: PushSink): () => void {
    this.#sinks.set(connectId, sink);
    return () => {
      if (this.#sinks.get(connectId) === sink) this.#sinks.delete(connectId);
    };
  }

  /** False when nobody takes it. */
  deliver(connectId: number, slices: readonly Uint8Array[], header: PayloadHeader): boolean {
    const sink = this.#sinks.get(connectId);
    sink?.receive(slices, header);
    return sink !== undefined;
  }

  damage(connectId: number | undefined): void {
    if (connectId !== undefined) this.#sinks.get(connectId)?.damaged();
  }
}
