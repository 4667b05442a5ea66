/** Everything a module says, in order and understood: the framer and the classifier joined.
 *
 *    port bytes ──▶ framer ──▶ classifier ──▶ WireEvent
 *                     ▲            ▲
 *                     └── hints ───┴── what the host itself wrote: the command in flight, the sockets' modes
 */
import type { AccessMode, Command, Dialect, InfoLine } from '../adapters/dialects/dialect.ts';
import { createClassifier } from './classify.ts';
import { parseFields } from './fields.ts';
import { createFramer, type Frame, type Framer } from './frames.ts';
import type { Urc } from './urcs.ts';

export type WireEvent =
  | { readonly kind: 'echo' }
  | { readonly kind: 'prompt' }
  | { readonly kind: 'final'; readonly result: string }
  | { readonly kind: 'info'; readonly line: InfoLine; readonly payload: readonly Uint8Array[] }
  | {
      readonly kind: 'urc';
      readonly urc: Urc;
      readonly text: string;
      readonly payload: readonly Uint8Array[];
    }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'unknown'; readonly text: string }
  | { readonly kind: 'garbage'; readonly lengthBytes: number; readonly reason: string };

const NOTHING = new Uint8Array(0);
const NO_PAYLOAD: readonly Uint8Array[] = [];

/** Reads one port session. Tell it what you write; it tells you what came back. */
export class Reader {
  readonly #framer: Framer;
  readonly #classify: ReturnType<typeof createClassifier>;
  readonly #emit: (event: WireEvent) => void;
  /** How each socket delivers data: decides whether a length in `recv` announces payload (D1). */
  readonly #modes = new Map<number, AccessMode>();
  #command: Command | undefined;
  #promptPending = false;
  /** Announces payload until a final result: also after a read was given up, its bytes must not become lines. */
  #payloadPrefix: string | undefined;

  constructor(dialect: Pick<Dialect, 'urcs'>, emit: (event: WireEvent) => void) {
    this.#emit = emit;
    this.#classify = createClassifier(dialect);
    this.#framer = createFramer(
      {
        expectsPrompt: () => this.#promptPending,
        inDataMode: () => false,
        payloadBehind: (line) => this.#payloadBehind(line),
      },
      (frame) => this.#read(frame),
    );
  }

  /** The bytes of this command are about to be written. */
  commandStarted(command: Command): void {
    this.#command = command;
    this.#payloadPrefix = command.payloadPrefix;
    this.#promptPending = command.prompts === true;
  }

  /** The payload of the command is about to be written; `echoes` when the module may repeat it (AT+QISDE). */
  payloadStarted(bytes: Uint8Array, echoes: boolean): void {
    if (echoes) this.#framer.expectEcho(bytes);
  }

  /** Nothing answers to a command any more; its prompt may still come when the module only slept. */
  commandEnded(mayPrompt = false): void {
    this.#framer.expectEcho(NOTHING);
    this.#command = undefined;
    this.#promptPending = mayPrompt && this.#promptPending;
  }

  /** Remembers how a socket delivers data; `undefined` when it is closed. */
  setMode(connectId: number, mode: AccessMode | undefined): void {
    if (mode === undefined) this.#modes.delete(connectId);
    else this.#modes.set(connectId, mode);
  }

  push(chunk: Uint8Array): void {
    this.#framer.push(chunk);
  }

  get isInPayload(): boolean {
    return this.#framer.isInPayload();
  }

  giveUp(): void {
    this.#framer.giveUp();
  }

  #payloadBehind(line: string): number {
    if (line.charCodeAt(0) !== 0x2b) return 0;
    const prefix = this.#payloadPrefix;
    if (prefix !== undefined && line.startsWith(`${prefix}:`)) {
      return count(parseFields(line.slice(prefix.length + 1))[0]);
    }
    return this.#pushedBytes(line);
  }

  /** Direct push: `+QIURC: "recv",<id>,<n>` with a payload (lte §2.2.2). */
  #pushedBytes(line: string): number {
    if (!line.startsWith('+QIURC:')) return 0;
    const [kind, id, length] = parseFields(line.slice(7));
    const pushes = kind === 'recv' && typeof id === 'number' && this.#modes.get(id) === 'push';
    return pushes ? count(length) : 0;
  }

  #read(frame: Frame): void {
    if (frame.kind === 'line') this.#readLine(frame.text, NO_PAYLOAD);
    else if (frame.kind === 'payload') this.#readLine(frame.header, frame.chunks);
    else {
      if (frame.kind === 'prompt') this.#promptPending = false;
      this.#emit(frame);
    }
  }

  #readLine(text: string, payload: readonly Uint8Array[]): void {
    const meaning = this.#classify(text, this.#command);
    const endsRead = meaning.kind === 'final' && !meaning.result.startsWith('SEND '); // that ends older sends only
    if (endsRead) this.#payloadPrefix = undefined;
    if (meaning.kind === 'info' || meaning.kind === 'urc') this.#emit({ ...meaning, payload });
    else this.#emit(meaning);
  }
}

function count(field: unknown): number {
  return typeof field === 'number' && field > 0 ? field : 0;
}
