import { choice, integer, quoted } from '../arguments.ts';
import { APN_BYTES, CREDENTIAL_BYTES, everyLine, firstLine, plain, query } from '../common.ts';
import type { Command, ContextParameters } from '../dialect.ts';
import { AUTHENTICATIONS, contextParameters, contextStatus } from './replies.ts';
import { contextId, hostName, type ShapePart } from './shape.ts';

/** `AT+QICSGP` with all parameters; `rest` is what one dialect has behind them. */
export function contextConfiguration(
  shape: ShapePart<'limits' | 'contextTypes'>,
  p: ContextParameters,
  rest = '',
): Command<void> {
  const type = choice('type', p.type, shape.contextTypes, 1);
  const authentication = choice('authentication', p.authentication, AUTHENTICATIONS);
  const front = `AT+QICSGP=${contextId(shape, p.id)},${type},${quoted('apn', p.apn, APN_BYTES)}`;
  const user = quoted('username', p.username, CREDENTIAL_BYTES);
  const password = quoted('password', p.password, CREDENTIAL_BYTES);
  return {
    ...plain(`${front},${user},${password},${authentication}${rest}`), // lte §2.1.1, ugxx §2.1, rg §2.3.2
    redacted: `${front},"***","***",${authentication}${rest}`,
  };
}

/** Encoders for PDP contexts. */
export function contextCommands(shape: ShapePart<'limits' | 'contextTypes'>) {
  return {
    queryContexts: () => query('AT+QIACT?', '+QIACT', everyLine(contextStatus)), // lte §2.1.2, ugxx §2.2, rg §2.3.3
    queryContext: (id: number) =>
      query(`AT+QICSGP=${contextId(shape, id)}`, '+QICSGP', firstLine(contextParameters(shape.contextTypes))), // lte §2.1.1, ugxx §2.1, rg §2.3.2
    configureContext: (p: ContextParameters) => contextConfiguration(shape, p),
    activateContext: (id: number) => plain(`AT+QIACT=${contextId(shape, id)}`, 150_000), // lte §2.1.2, ugxx §2.2, rg §2.3.3
    deactivateContext: (id: number) => plain(`AT+QIDEACT=${contextId(shape, id)}`, 40_000), // lte §2.1.3, ugxx §2.3, rg §2.3.4
  };
}

/** Encoders of `AT+QIDNSCFG`. */
export function dnsServerCommands(shape: ShapePart<'limits' | 'hostBytes'>) {
  return {
    queryDnsServers: (id: number) =>
      query(
        `AT+QIDNSCFG=${contextId(shape, id)}`,
        '+QIDNSCFG',
        firstLine((fields) => fields.slice(1).map(String)),
      ), // lte §2.1.13, rg §2.3.14
    setDnsServers: (id: number, servers: readonly string[]) =>
      plain(`AT+QIDNSCFG=${contextId(shape, id)},${dnsServerList(shape, servers)}`),
  };
}

/** One or two servers, between quotation marks (lte §2.1.13, rg §2.3.14, gsm §8.2). */
export function dnsServerList({ hostBytes }: ShapePart<'hostBytes'>, servers: readonly string[]): string {
  integer('number of DNS servers', servers.length, 1, 2);
  return servers.map((server) => hostName({ hostBytes }, 'DNS server', server)).join(',');
}
