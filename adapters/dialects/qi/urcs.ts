/** URCs of the dialects with connect ids (ugxx, bc66, lte, rg). Sections are those of the lte manual. */
import type { Field } from '../../../streams/fields.ts';
import type { Urc } from '../../../streams/urcs.ts';
import { numberAt, textAt } from '../arguments.ts';
import { readNetworkTime } from '../network-time.ts';
import type { UrcRow } from '../wire.ts';

function opened(fields: readonly Field[]): Urc | undefined {
  const connectId = numberAt(fields, 0);
  const err = numberAt(fields, 1);
  return connectId === undefined || err === undefined ? undefined : { name: 'open', connectId, err };
}

// §2.2.2: length with a payload in direct push, without one where `recvind` is 1 (D1)
function received(fields: readonly Field[]): Urc | undefined {
  const connectId = numberAt(fields, 1);
  if (connectId === undefined) return undefined;
  if (fields[2] === 'buff full') return { name: 'buffer_full', connectId }; // bc66 §2.13.2
  const lengthBytes = numberAt(fields, 2);
  if (fields.length <= 3)
    return lengthBytes === undefined ? { name: 'recv', connectId } : { name: 'recv', connectId, lengthBytes };
  const address = textAt(fields, 3);
  const port = numberAt(fields, 4);
  return {
    name: 'recv',
    connectId,
    ...(lengthBytes !== undefined && { lengthBytes }),
    ...(address !== undefined && { address }),
    ...(port !== undefined && { port }),
  };
}

function incoming(fields: readonly Field[]): Urc | undefined {
  const connectId = numberAt(fields, 1);
  const serverId = numberAt(fields, 2);
  const port = numberAt(fields, 4);
  if (connectId === undefined || serverId === undefined || port === undefined) return undefined;
  return { name: 'incoming', connectId, serverId, address: textAt(fields, 3) ?? '', port };
}

function incomingFull(fields: readonly Field[]): Urc {
  const serverId = numberAt(fields, 1);
  return { name: 'incoming_full', ...(serverId !== undefined && { serverId }) };
}

/** A URC with one number: the connect id or the context id. */
function numbered<T extends Urc>(make: (value: number) => T) {
  return (fields: readonly Field[]): T | undefined => {
    const value = numberAt(fields, 1);
    return value === undefined ? undefined : make(value);
  };
}

// §2.1.14: the head with error, count and lifetime, then one line per address
function resolved(fields: readonly Field[]): Urc {
  const err = numberAt(fields, 1);
  if (err === undefined) return { name: 'dns_result', address: textAt(fields, 1) ?? '' };
  const [count, ttl] = [numberAt(fields, 2), numberAt(fields, 3)];
  return {
    name: 'dns_result',
    err,
    ...(count !== undefined && { count }),
    ...(ttl !== undefined && { ttl }),
  };
}

// §2.1.11: one line per request, or a lone error number; D24
function pinged(fields: readonly Field[]): Urc | undefined {
  const result = numberAt(fields, 0);
  if (result === undefined) return undefined;
  if (fields.length >= 7) return pingSummary(fields, result);
  const address = textAt(fields, 1);
  const bytes = numberAt(fields, 2);
  const time = numberAt(fields, 3);
  const ttl = numberAt(fields, 4);
  if (address !== undefined && bytes !== undefined && time !== undefined && ttl !== undefined) {
    return { name: 'ping', result, address, bytes, time, ttl };
  }
  return {
    name: 'ping',
    result,
    ...(address !== undefined && { address }),
    ...(bytes !== undefined && { bytes }),
    ...(time !== undefined && { time }),
    ...(ttl !== undefined && { ttl }),
  };
}

function pingSummary(fields: readonly Field[], result: number): Urc {
  const [sent = 0, received = 0, lost = 0, min = 0, max = 0, avg = 0] = [1, 2, 3, 4, 5, 6].map((at) =>
    numberAt(fields, at),
  );
  return { name: 'ping_summary', result, sent, received, lost, min, max, avg };
}

// §2.1.12: the time as printed, and what it says when it has the documented form (D4)
function timed(fields: readonly Field[]): Urc | undefined {
  const err = numberAt(fields, 0);
  const time = textAt(fields, 1);
  if (err === undefined) return undefined;
  if (time === undefined) return { name: 'ntp', err };
  const utc = readNetworkTime(time);
  return { name: 'ntp', err, time, ...(utc && { utc }) };
}

// rg §2.3.5: addresses only with <view> 1
function contextResult(name: 'qiactex' | 'qideactex') {
  return (fields: readonly Field[]): Urc | undefined => {
    const [contextId, err, contextType] = [0, 1, 2].map((at) => numberAt(fields, at));
    if (contextId === undefined || err === undefined) return undefined;
    const addresses = fields.slice(3).map(String);
    return {
      name,
      contextId,
      err,
      ...(contextType !== undefined && { contextType }),
      ...(addresses.length > 0 && { addresses }),
    };
  };
}

const qiurc = (kind: string, read: UrcRow['read']): UrcRow => ({ prefix: '+QIURC', kind, read });

/** What all of them have. */
export const socketUrcs: readonly UrcRow[] = [
  { prefix: '+QIOPEN', read: opened }, // §2.1.4
  qiurc(
    'closed',
    numbered((connectId) => ({ name: 'closed', connectId })),
  ), // §2.2.1
  qiurc('recv', received), // §2.2.2
  qiurc('dnsgip', resolved), // §2.1.14
  { prefix: '+QPING', read: pinged }, // §2.1.11
  { prefix: '+QNTP', read: timed }, // §2.1.12
];

/** Contexts and servers of the module (not bc66). */
export const contextUrcs: readonly UrcRow[] = [
  qiurc('incoming full', incomingFull), // §2.2.3, D9
  qiurc('incoming', incoming), // §2.2.4
  qiurc(
    'pdpdeact',
    numbered((contextId) => ({ name: 'pdpdeact', contextId })),
  ), // §2.2.5
];

/** Results of the asynchronous context commands (rg). */
export const asyncContextUrcs: readonly UrcRow[] = [
  { prefix: '+QIACTEX', read: contextResult('qiactex') }, // rg §2.3.5
  { prefix: '+QIDEACTEX', read: contextResult('qideactex') }, // rg §2.3.6
];

/** Results behind OK (bc66). */
export const behindOkUrcs: readonly UrcRow[] = [
  { prefix: 'SEND OK', exact: true, read: () => ({ name: 'send_result', result: 'SEND OK' }) }, // bc66 §2.4
  { prefix: 'SEND FAIL', exact: true, read: () => ({ name: 'send_result', result: 'SEND FAIL' }) },
  { prefix: 'CLOSE OK', exact: true, read: () => ({ name: 'close_result', result: 'CLOSE OK' }) }, // bc66 §2.2
  { prefix: 'CLOSE FAIL', exact: true, read: () => ({ name: 'close_result', result: 'CLOSE FAIL' }) },
  { prefix: '+QNTTP', read: timed }, // bc66 §4.4, D4
];
