/** What the reader of the wire must know of a dialect, as data.
 *
 *    a wire dialect = URC rows + answer rows + results + what ends data mode
 *
 * An answer row tells, for one form of one command, how its answer is framed and what it sets in the module. The
 * reader finds the row by the text of the command that the host writes, so nothing is guessed from what comes back.
 */
import type { CommandForm } from '../../streams/command-line.ts';
import type { Field } from '../../streams/fields.ts';
import type { Urc } from '../../streams/urcs.ts';
import type { DialectName } from './dialect-name.ts';

/** How one unsolicited line is recognised and read. */
export interface UrcRow {
  /** `+QIURC`, or the whole line when `exact`. */
  readonly prefix: string;
  /** `prefix` is the whole line. */
  readonly exact?: boolean;
  /** First field, where one prefix serves several URCs. */
  readonly kind?: string;
  /** The line may begin with a connect id and a comma (`0, CLOSED`; gsm with AT+QIMUX=1). */
  readonly indexed?: boolean;
  /** The next line belongs to it (`+CMT`). */
  readonly textFollows?: boolean;
  /** The typed URC, `undefined` when the fields do not fit: the line then comes out as unknown. */
  readonly read: (fields: readonly Field[], line: UrcLine) => Urc | undefined;
}

/** A line that may be a URC. */
export interface UrcLine {
  /** Behind the colon. */
  readonly text: string;
  /** Connect id in front of the line, where there was one. */
  readonly connectId: number | undefined;
}

/** What a command changes in the module once its OK or CONNECT is there. Numbers are positions of its fields. */
export type Effect =
  /** A switch of its own: `AT+QIMUX=1`. */
  | { readonly kind: 'sets'; readonly setting: SettingName; readonly at: number }
  /** A named option: `AT+QICFG="viewmode",1`. */
  | { readonly kind: 'configures' }
  | {
      readonly kind: 'opens';
      readonly context: number;
      readonly id: number;
      readonly service: number;
      readonly mode: number;
    }
  | { readonly kind: 'switches'; readonly id: number; readonly mode: number }
  | { readonly kind: 'closes'; readonly id: number }
  | { readonly kind: 'deactivates'; readonly context: number };

/** Switches that change the shape of what a module says. */
export type SettingName =
  | 'verbose'
  | 'qisde'
  | 'fgcnt'
  | 'mux'
  | 'qimode'
  | 'qihead'
  | 'qishowra'
  | 'qishowla';

/** How the answer to one form of one command looks. What a row does not say has its default. */
export interface AnswerRow {
  /** `+QIRD`; basic commands by their letter (`E`, `O`). */
  readonly name: string;
  /** Forms of the command that it is about. */
  readonly forms: readonly CommandForm[];
  /** Narrows the row to some arguments (`AT+QIRD=<id>,0`). The first row that fits counts. */
  readonly when?: (fields: readonly Field[]) => boolean;
  /** Lines with the command's own prefix answer it, also where they could be a URC. Default: test and read forms. */
  readonly asks?: boolean;
  /** Lines without a prefix that belong to the answer: all of them, or those that begin so. */
  readonly texts?: 'any' | readonly string[];
  /** The line with the command's own prefix announces counted payload: `+QIRD: <length>…` or `+QIRD:<ip>:<port>,TCP,<length>`. */
  readonly announces?: 'length' | 'endpoint';
  /** The module asks for payload by `>`. The length is a field of the command, or the payload ends with Ctrl-Z. */
  readonly prompts?: { readonly lengthAt?: number; readonly lengthAtWithMux?: number };
  /** `SEND OK` and `SEND FAIL` end the command (otherwise they belong to an earlier one). */
  readonly sends?: boolean;
  /** `CONNECT` and `NO CARRIER` end the command and CONNECT begins data mode. */
  readonly connects?: boolean;
  /** A bare IP address is the whole answer (gsm, AT+QILOCIP). */
  readonly address?: boolean;
  /** Lines of the answer come behind OK: how they begin (gsm, AT+QISTAT). */
  readonly linesBehind?: readonly string[];
  /** Bare addresses behind OK are results of the command (gsm, AT+QIDNSGIP). */
  readonly addressesBehind?: boolean;
  /** What the command changes in the module. */
  readonly effect?: Effect;
  /** Its lines tell the service and access mode of sockets: positions of the fields (AT+QISTATE). */
  readonly describes?: { readonly id: number; readonly service: number; readonly mode: number };
  /** Its lines tell how a switch or an option is set: what a command with the same fields would have done. */
  readonly tells?: Effect & { readonly kind: 'sets' | 'configures' };
}

/** A line that ends data mode, unless it is payload. */
export interface DataEnd {
  /** The line, without its line ends. */
  readonly text: string;
  /** True when payload can look the same and only an escape tells (gsm §6.3). */
  readonly isDoubtful: boolean;
}

/** Everything the reader needs. */
export interface WireDialect {
  /** Name of the dialect. */
  readonly name: DialectName;
  /** Unsolicited lines; the first row that fits counts. */
  readonly urcs: readonly UrcRow[];
  /** Answers of the commands; the first row that fits counts. */
  readonly answers: readonly AnswerRow[];
  /** Results besides OK, ERROR, CONNECT, NO CARRIER and the error lines that end a command. */
  readonly finals: readonly string[];
  /** Lines that end data mode. */
  readonly dataEnds: readonly DataEnd[];
  /** CONNECT may come without a command that waits for it (gsm, D19). */
  readonly connectsUnasked: boolean;
  /** `SEND OK` comes behind the OK of an inline send (bc66). */
  readonly sendResultBehindOk: boolean;
  /** Received data may be pushed behind `IPD<length>:` (gsm). */
  readonly pushesInline: boolean;
  /** A comma behind the length means that the payload follows in line, whatever `viewmode` is (bc66: firmware numbers
   * the views differently, and nothing else can stand there). */
  readonly headersTellView: boolean;
  /** An accepted socket has the access mode of its listener (D15); otherwise buffer mode. */
  readonly inheritsMode: boolean;
  /** The module repeats the data of a send from the start (AT+QISDE). */
  readonly echoesSentData: boolean;
}
