import type { NetworkTime } from '../adapters/dialects/network-time.ts';
import type { Field } from './fields.ts';

/** Everything a module says without being asked, typed. Lengths are bytes, times are as printed. */
export type Urc =
  | { readonly name: 'open'; readonly connectId: number; readonly err: number }
  /** Without an id: the only connection (gsm, AT+QIMUX=0). */
  | { readonly name: 'closed'; readonly connectId?: number }
  | {
      readonly name: 'recv';
      readonly connectId: number;
      readonly lengthBytes?: number;
      readonly address?: string;
      readonly port?: number;
    }
  /** The receive buffer is full: read it (bc66). */
  | { readonly name: 'buffer_full'; readonly connectId: number }
  | {
      readonly name: 'incoming';
      readonly connectId: number;
      readonly serverId: number;
      readonly address: string;
      readonly port: number;
    }
  | { readonly name: 'incoming_full'; readonly serverId?: number }
  | { readonly name: 'pdpdeact'; readonly contextId: number }
  /** Results of AT+QIACTEX and AT+QIDEACTEX (rg). */
  | {
      readonly name: 'qiactex' | 'qideactex';
      readonly contextId: number;
      readonly err: number;
      readonly contextType?: number;
      readonly addresses?: readonly string[];
    }
  /** Results behind the OK of their command (bc66, gsm). */
  | { readonly name: 'send_result' | 'close_result' | 'server_result'; readonly result: string }
  | { readonly name: 'open_result'; readonly result: string; readonly connectId?: number }
  /** A client came to the server of the module (gsm). */
  | { readonly name: 'remote_ip'; readonly address: string; readonly connectId?: number }
  /** The network dropped the context (gsm). */
  | { readonly name: 'pdp_deact' }
  /** Data waits to be read (gsm, AT+QINDI=1). Some firmware adds number and length of the packet and what is unread. */
  | {
      readonly name: 'qirdi';
      readonly contextId: number;
      readonly role: number;
      readonly connectId: number;
      readonly packet?: number;
      readonly packetLengthBytes?: number;
      readonly unreadBytes?: number;
    }
  /** Pushed data (gsm): `receive` with AT+QIMUX=1, `ipd` with AT+QIMUX=0 and AT+QIHEAD=1. */
  | {
      readonly name: 'receive';
      readonly connectId: number;
      readonly lengthBytes: number;
      readonly address?: string;
      readonly port?: number;
      readonly localAddress?: string;
    }
  | {
      readonly name: 'ipd';
      readonly lengthBytes: number;
      readonly protocol?: string;
      readonly address?: string;
      readonly port?: number;
      readonly localAddress?: string;
    }
  /** Data mode is over: the connection is gone. */
  | { readonly name: 'no_carrier' }
  /** A text message, where the host asked to be shown it (TS 27.005). */
  | { readonly name: 'cmt'; readonly fields: readonly Field[]; readonly text?: string }
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
  /** `time` as printed; `utc` when that has the documented form (protocol D4). */
  | { readonly name: 'ntp'; readonly err: number; readonly time?: string; readonly utc?: NetworkTime }
  | { readonly name: 'ready' | 'app_ready'; readonly text: string }
  | { readonly name: 'powered_down' | 'call_ready' | 'under_voltage' }
  | { readonly name: 'cfun' | 'qusim' | 'ctzv'; readonly value: number | string }
  | { readonly name: 'cpin'; readonly state: string }
  | { readonly name: 'qind'; readonly what: string }
  | {
      readonly name: 'registration';
      readonly domain: 'circuit' | 'packet' | 'eps';
      readonly state: number;
      readonly fields: readonly Field[];
    };

/** The name of a URC. */
export type UrcName = Urc['name'];

/** Tells whether this URC means that the module has just started or goes down, so that every state the host
 * believed in is void (protocol D13: not `+CPIN: READY` or `+QIND` alone, which come for other reasons too). */
export function isBootNotice(urc: Urc): boolean {
  return urc.name === 'ready' || urc.name === 'app_ready' || urc.name === 'powered_down';
}
