/** URCs of the gsm dialect: lines in words, with the connect id in front when AT+QIMUX=1. */
import type { Field } from '../../../streams/fields.ts';
import type { Urc } from '../../../streams/urcs.ts';
import { numberAt } from '../arguments.ts';
import type { UrcRow } from '../wire.ts';

/** A result of AT+QIOPEN, as a line of its own behind OK. */
const openResult = (result: string): UrcRow => ({
  prefix: result,
  exact: true,
  indexed: true,
  read: (_, { connectId }) => ({
    name: 'open_result',
    result,
    ...(connectId !== undefined && { connectId }),
  }),
});

const serverResult = (result: string): UrcRow => ({
  prefix: result,
  exact: true,
  read: () => ({ name: 'server_result', result }),
});

// gsm §5.3.2; six fields on some firmware
function readable(fields: readonly Field[]): Urc | undefined {
  const [contextId, role, connectId, packet, packetLengthBytes, unreadBytes] = fields.map((_, at) =>
    numberAt(fields, at),
  );
  if (contextId === undefined || role === undefined || connectId === undefined) return undefined;
  return {
    name: 'qirdi',
    contextId,
    role,
    connectId,
    ...(packet !== undefined && { packet }),
    ...(packetLengthBytes !== undefined && { packetLengthBytes }),
    ...(unreadBytes !== undefined && { unreadBytes }),
  };
}

// gsm §5.3.1: the payload follows
function received(fields: readonly Field[]): Urc | undefined {
  const [connectId, lengthBytes] = [numberAt(fields, 0), numberAt(fields, 1)];
  return connectId === undefined || lengthBytes === undefined
    ? undefined
    : { name: 'receive', connectId, lengthBytes };
}

export const gsmUrcs: readonly UrcRow[] = [
  openResult('CONNECT OK'), // gsm §3.1
  openResult('CONNECT FAIL'), // D25
  openResult('ALREADY CONNECT'), // D25
  serverResult('SERVER OK'), // gsm §3.2
  {
    prefix: 'CLOSED',
    exact: true,
    indexed: true,
    read: (_, { connectId }) => ({ name: 'closed', ...(connectId !== undefined && { connectId }) }),
  }, // gsm §6.3
  { prefix: '+PDP DEACT', exact: true, read: () => ({ name: 'pdp_deact' }) }, // gsm §6.3
  {
    prefix: 'REMOTE IP',
    indexed: true,
    read: (_, { text, connectId }) => ({
      name: 'remote_ip',
      address: text,
      ...(connectId !== undefined && { connectId }),
    }),
  }, // gsm §5.1
  { prefix: '+QIRDI', read: readable },
  { prefix: '+RECEIVE', read: received },
];
