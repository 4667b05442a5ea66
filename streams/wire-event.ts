/** What comes out of the reader. */
import type { InfoLine } from '../adapters/dialects/dialect.ts';
import type { GarbageReason } from './frames.ts';
import type { Urc } from './urcs.ts';

/** Where counted payload came from, as its header says. */
export interface PayloadHeader {
  /** Length of the payload. */
  readonly lengthBytes: number;
  /** IP address of the sender, where it is printed. */
  readonly address?: string;
  /** Port of the sender, where it is printed. */
  readonly port?: number;
  /** `TCP` or `UDP`, where it is printed. */
  readonly protocol?: string;
  /** What is still to be read of the socket. */
  readonly remainingBytes?: number;
  /** The payload was sent as hexadecimal characters and is decoded. */
  readonly isDecodedFromHex?: boolean;
}

/** One thing that was read. Payload and data come as slices of the received chunks. */
export type WireEvent =
  | { readonly kind: 'echo'; readonly command: string }
  | { readonly kind: 'prompt' }
  | {
      readonly kind: 'final';
      readonly result: string;
      readonly connectId?: number;
      /** As received, when the module prints results as numbers (ATV0). */
      readonly numeric?: string;
      readonly address?: string;
    }
  | {
      readonly kind: 'info';
      readonly line: InfoLine;
      readonly payload: readonly Uint8Array[];
      /** There when the line announced counted payload, also of no byte. */
      readonly header?: PayloadHeader;
      /** The line came behind the OK of its command. */
      readonly isBehindFinal?: boolean;
    }
  | {
      readonly kind: 'urc';
      readonly urc: Urc;
      readonly text: string;
      readonly payload: readonly Uint8Array[];
      /** There when counted payload belongs to it. */
      readonly header?: PayloadHeader;
    }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'unknown'; readonly text: string }
  | {
      readonly kind: 'garbage';
      readonly lengthBytes: number;
      readonly reason: GarbageReason;
      /** It was pushed payload, not the answer to a read. */
      readonly isPushed?: boolean;
      /** Whose pushed payload it was; missing for the only connection (gsm). */
      readonly connectId?: number;
    };
