/** One thing that happened on the wire, secrets blanked out, payload only as its length. */
export interface TraceEntry {
  /** Clock time in milliseconds. */
  readonly atMs: number;
  readonly kind: 'tx' | 'rx' | 'urc' | 'unknown' | 'garbage' | 'note';
  readonly text: string;
  /** Payload that went with it, in bytes. */
  readonly payloadBytes?: number;
}
