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

  /** Delivers to the one of these ids that is there; false when nobody takes it. When it may be more than one's, all of
   * them lack bytes from here on (gsm: a notice does not say which context it is about). */
  deliver(connectIds: readonly number[], slices: readonly Uint8Array[], header: PayloadHeader): boolean {
    const [sink, ...others] = this.#of(connectIds);
    if (others.length > 0) this.damage(connectIds);
    else sink?.receive(slices, header);
    return sink !== undefined;
  }

  damage(connectIds: readonly number[]): void {
    for (const sink of this.#of(connectIds)) sink.damaged();
  }

  #of(connectIds: readonly number[]): readonly PushSink[] {
    return connectIds.flatMap((id) => this.#sinks.get(id) ?? []);
  }
}
