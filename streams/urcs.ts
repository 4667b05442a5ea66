/** Everything a module says without being asked, typed. Lengths are bytes, times are as printed. */
export type Urc =
  | { readonly name: 'open'; readonly connectId: number; readonly err: number }
  | { readonly name: 'closed'; readonly connectId: number }
  | {
      readonly name: 'recv';
      readonly connectId: number;
      readonly lengthBytes?: number;
      readonly address?: string;
      readonly port?: number;
    }
  | {
      readonly name: 'incoming';
      readonly connectId: number;
      readonly serverId: number;
      readonly address: string;
      readonly port: number;
    }
  | { readonly name: 'incoming_full'; readonly serverId?: number }
  | { readonly name: 'pdpdeact'; readonly contextId: number }
  | {
      readonly name: 'dns_result';
      readonly err?: number;
      readonly count?: number;
      readonly ttl?: number;
      readonly address?: string;
    }
  | {
      readonly name: 'ping';
      readonly result: number;
      readonly address?: string;
      readonly bytes?: number;
      readonly time?: number;
      readonly ttl?: number;
    }
  | {
      readonly name: 'ping_summary';
      readonly result: number;
      readonly sent: number;
      readonly received: number;
      readonly lost: number;
      readonly min: number;
      readonly max: number;
      readonly avg: number;
    }
  | { readonly name: 'ntp'; readonly err: number; readonly time?: string }
  | { readonly name: 'ready' | 'app_ready'; readonly text: string }
  | { readonly name: 'powered_down' | 'call_ready' | 'under_voltage' }
  | { readonly name: 'cfun' | 'qusim'; readonly value: number }
  | { readonly name: 'cpin'; readonly state: string }
  | { readonly name: 'qind'; readonly what: string }
  | { readonly name: 'registration'; readonly domain: 'circuit' | 'packet' | 'eps'; readonly state: number };

export type UrcName = Urc['name'];

/** Tells whether this URC means that the module has just started or goes down, so that every state the host
 * believed in is void (protocol D13: not `+CPIN: READY` or `+QIND` alone, which come for other reasons too). */
export function isBootNotice(urc: Urc): boolean {
  return urc.name === 'ready' || urc.name === 'app_ready' || urc.name === 'powered_down';
}
