import type { Clock } from '../streams/clock.ts';
import type { FaultScript } from './faults/fault.ts';
import type { SimulatedNetwork } from './network.ts';
import type { ErrorStyle } from './profiles/profile.ts';

/** Module generations that can be simulated. */
export const VIRTUAL_DIALECTS = ['lte', 'ugxx', 'rg', 'gsm', 'bc66'] as const;

/** One of `VIRTUAL_DIALECTS`. */
export type VirtualDialect = (typeof VIRTUAL_DIALECTS)[number];

/** True for the name of a dialect that can be simulated. */
export function isVirtualDialect(name: string): name is VirtualDialect {
  return VIRTUAL_DIALECTS.some((known) => known === name);
}

/** Names of the ports of a module, as in AT+QURCCFG and in the last field of +QISTATE (lte §2.1.6). */
export type ModulePort = 'usbat' | 'usbmodem' | 'uart1';

/** How long things take, in milliseconds of the module's clock. */
export interface ModuleTiming {
  /** Silence between reset and RDY. */
  readonly bootMs: number;
  /** From RDY until the SIM can be asked. */
  readonly simReadyMs: number;
  /** From a usable SIM until the network is found. */
  readonly registrationMs: number;
  /** From the end of a command line to its execution. */
  readonly commandLatencyMs: number;
  /** From AT+QIACT to its result. */
  readonly activateMs: number;
  /** From AT+QIDEACT to its result. */
  readonly deactivateMs: number;
  /** Added to the network's own time of a connect. */
  readonly openMs: number;
  /** Limit of a connect: 566 after that. */
  readonly connectTimeoutMs: number;
  /** From AT+QICLOSE to its result, when the peer answers. */
  readonly closeMs: number;
  /** AT+QICLOSE without a timeout gives up waiting for the peer after this (lte §2.1.5: 10 s). */
  readonly closeTimeoutMs: number;
  /** From the last byte of a payload to SEND OK. */
  readonly sendMs: number;
  /** From AT+QPOWD or AT+CFUN=1,1 until the module is down. */
  readonly powerDownMs: number;
}

/** The times a virtual module has if none are given: a good network. */
export const DEFAULT_TIMING: ModuleTiming = {
  bootMs: 3000,
  simReadyMs: 500,
  registrationMs: 2000,
  commandLatencyMs: 2,
  activateMs: 300,
  deactivateMs: 200,
  openMs: 20,
  connectTimeoutMs: 75_000,
  closeMs: 50,
  closeTimeoutMs: 10_000,
  sendMs: 2,
  powerDownMs: 500,
};

/** The SIM card in the slot. */
export interface SimOptions {
  /** Default true. */
  readonly present?: boolean;
  /** The SIM asks for this after each start; without it it is READY at once. */
  readonly pin?: string;
  /** Needed after three wrong PINs. Default 12345678. */
  readonly puk?: string;
}

/** What happened inside a module, for logs and demonstrations. Secrets are blanked out. */
export interface ModuleEvent {
  /** Time of the module's clock. */
  readonly atMs: number;
  /** What it is about. */
  readonly kind: ModuleEventKind;
  /** One line, in words. */
  readonly text: string;
}

/** Kinds of module events: `command` and `result` are the dialogue, `urc` a notice that went out, `lost` something
 * that the module dropped, `violation` a breach of the manual by the host. */
export type ModuleEventKind =
  | 'power'
  | 'command'
  | 'result'
  | 'urc'
  | 'fault'
  | 'context'
  | 'socket'
  | 'violation'
  | 'unknown'
  | 'lost'
  | 'transport';

/** What a virtual module is made of. */
export interface VirtualModuleOptions {
  /** Which generation it belongs to. */
  readonly dialect: VirtualDialect;
  /** Its time: `systemClock`, `scaledClock(…)` or a `VirtualClock`. */
  readonly clock: Clock;
  /** Where the sockets lead. */
  readonly network: SimulatedNetwork;
  /** The name that the module gives itself (ATI, AT+CGMM). Only EG91 and EG95 have UDP LISTENER (lte §2.1.4). */
  readonly model?: string;
  /** Form of the errors of TCP/IP commands: `ERROR`, or `+CME ERROR: <err>`. Default `cme` on rg, else `plain`. */
  readonly errorStyle?: ErrorStyle;
  /** Paces both directions as an 8N1 UART; without it bytes take no time. */
  readonly baud?: number;
  /** What goes wrong, and when; nothing by default. */
  readonly faults?: FaultScript;
  /** All chance comes from this. Default 1. */
  readonly seed?: number;
  /** The SIM card; one without a PIN by default. */
  readonly sim?: SimOptions;
  /** What differs from `DEFAULT_TIMING`. */
  readonly timing?: Partial<ModuleTiming>;
  /** Starts switched off: `powerCycle()` is the power key. By default it has been running for a while. */
  readonly startPoweredOff?: boolean;
  /** Starts in the moment of a reset, so that the boot can be watched. */
  readonly startBooting?: boolean;
  /** Says RDY and the like while booting. Default true. */
  readonly bootUrcs?: boolean;
  /** Comes back by itself this long after AT+QPOWD; by default it stays off until `powerCycle()`. */
  readonly restartAfterPowerDownMs?: number;
  /** The port of the module that the host is connected to. Default `uart1`. */
  readonly atPort?: ModulePort;
  /** Where notices go at first (AT+QURCCFG="urcport"). Default: the port in use. */
  readonly urcPort?: ModulePort;
  /** Bytes that each socket takes beyond what the peer has acknowledged. Default 10240. */
  readonly sendBufferBytes?: number;
  /** gsm: the module knows AT+QINDI, which is "not supported by default" (gsm §5.3.2). Default true. */
  readonly hasIndication?: boolean;
  /** gsm: ESC cancels a send of fixed length too, as gsm §5.2.2.2 has it and modules in the field do not
   * (protocol.md D26): SEND FAIL, and what follows is read as commands. Default false. */
  readonly escCancelsSend?: boolean;
  /** bc66: `<service_type>` in +QISTATE is a number (TCP 1, UDP 2) as in the examples of bc66 chapter 4, not the name of
   * its table (protocol.md D3). Default false. */
  readonly numbersServiceTypes?: boolean;
  /** bc66: deep sleep after so long a silence; the first line after that only wakes the module, and is lost. */
  readonly sleepAfterMs?: number;
  /** Called with each thing that happens inside. */
  readonly onEvent?: (event: ModuleEvent) => void;
}
