/** Payload that a module pushes, straight to the socket that it belongs to. */
import type { Urc } from '../../streams/urcs.ts';
import type { PayloadHeader } from '../../streams/wire-event.ts';
import type { ConnectionRules } from '../dialects/dialect.ts';

/** Takes what is pushed to one connect id. */
export interface PushSink {
  receive(slices: readonly Uint8Array[], header: PayloadHeader): void;
  /** It is read from the module's buffer: what is pushed is another one's. */
  readonly isRead?: boolean;
  /** A push was cut short or damaged: bytes are missing. */
  damaged(): void;
}

/** What became of a URC: it brings no payload, somebody took it, or nobody is there who could. */
export type Delivery = 'none' | 'taken' | 'nobody';

export class PushSinks {
  readonly #rules: Pick<ConnectionRules, 'namedBy'>;
  readonly #sinks = new Map<number, PushSink>();

  constructor(rules: Pick<ConnectionRules, 'namedBy'>) {
    this.#rules = rules;
  }

  /** Replaces the sink of the id; the returned function takes it away, unless it was replaced meanwhile. */
  add(connectId: number, sink: PushSink): () => void {
    this.#sinks.set(connectId, sink);
    return () => {
      if (this.#sinks.get(connectId) === sink) this.#sinks.delete(connectId);
    };
  }

  /** Gives payload to the socket that it belongs to. When it may be more than one's, all of them lack bytes from here on
   * (gsm: a notice does not say which context it is about). */
  take(urc: Urc, slices: readonly Uint8Array[], header: PayloadHeader | undefined): Delivery {
    const isPush = urc.name === 'recv' || urc.name === 'receive' || urc.name === 'ipd';
    if (!isPush || header === undefined) return 'none';
    const index = urc.name === 'ipd' ? undefined : urc.connectId;
    const [sink, ...others] = this.#named(index);
    if (others.length > 0) this.damage(index);
    else sink?.receive(slices, header);
    return sink === undefined ? 'nobody' : 'taken';
  }

  /** Pushed payload was cut short or damaged; no index means the only connection. */
  damage(index: number | undefined): void {
    for (const sink of this.#named(index)) sink.damaged();
  }

  #named(index: number | undefined): readonly PushSink[] {
    const [first, ...others] = this.#rules.namedBy(index);
    const sink = first === undefined ? undefined : this.#sinks.get(first);
    if (others.length === 0) return sink ? [sink] : []; // one id has no choice
    const named = [first, ...others].flatMap((id) => (id === undefined ? [] : (this.#sinks.get(id) ?? [])));
    const pushed = named.filter(({ isRead }) => !isRead);
    return pushed.length > 0 ? pushed : named;
  }
}
