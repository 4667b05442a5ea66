/** Error texts of lte chapter 4, in the spelling of the example of §3.9. */
export const TCPIP_ERRORS: Readonly<Record<number, string>> = {
  0: 'operation successful',
  550: 'unknown error',
  551: 'operation blocked',
  552: 'invalid parameters',
  553: 'memory not enough',
  554: 'create socket failed',
  555: 'operation not supported',
  556: 'socket bind failed',
  557: 'socket listen failed',
  558: 'socket write failed',
  559: 'socket read failed',
  560: 'socket accept failed',
  561: 'open PDP context failed',
  562: 'close PDP context failed',
  563: 'socket identity has been used',
  564: 'DNS busy',
  565: 'DNS parse failed',
  566: 'socket connect failed',
  567: 'socket has been closed',
  568: 'operation busy',
  569: 'operation timeout',
  570: 'PDP context broken down',
  571: 'cancel send',
  572: 'operation not allowed',
  573: 'APN not configured',
  574: 'port busy',
};

/** Texts of the 3GPP errors that the virtual module uses (27.007 §9.2), for AT+CMEE=2. */
export const CME_ERRORS: Readonly<Record<number, string>> = {
  3: 'Operation not allowed',
  10: 'SIM not inserted',
  11: 'SIM PIN required',
  12: 'SIM PUK required',
  13: 'SIM failure',
  14: 'SIM busy',
  16: 'Incorrect password',
  30: 'No network service',
  50: 'Incorrect parameters',
  100: 'Unknown',
};

/** A command cannot be executed: the reasons for AT+QIGETERROR and for +CME ERROR. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: number;
  readonly cme: number;
  /** The host broke a rule of the manual: this one. */
  readonly violation: string | undefined;

  constructor(reason: { readonly code?: number; readonly cme?: number; readonly violation?: string }) {
    super(reason.violation ?? 'refused');
    this.code = reason.code ?? 552;
    this.cme = reason.cme ?? 50;
    this.violation = reason.violation;
  }
}

/** Refuses because the host broke the manual's syntax or limits: 552, or +CME ERROR: 50. */
export function invalid(violation: string): never {
  throw new Refusal({ violation });
}
