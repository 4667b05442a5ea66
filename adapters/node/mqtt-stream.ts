/** What MQTT.js wants of a connection. */
import { Duplex } from 'node:stream';
import { asModemError } from '../../errors.ts';
import type { ConnectOptions } from '../modem/connect-options.ts';
import type { ModemSocket } from '../net/modem-socket.ts';
import { readAnyOptions } from '../plain-options.ts';
import { type ConnectTlsOptions, checkedTls, secured } from './tls.ts';

/** Where the broker is; with `tls` (`{}` for nothing special) MQTT goes over TLS. */
export interface MqttStreamOptions extends ConnectOptions, Pick<ConnectTlsOptions, 'tls'> {}

/** A function that opens a connection to the broker each time it is called. It never throws: MQTT.js calls it from its own timers
 * and would not catch that; a stream that cannot be opened ends with the error instead, and MQTT.js tries again.
 *
 * @throws INVALID_ARGUMENT
 */
export function mqttStreamOn(
  connect: (options: ConnectOptions) => ModemSocket,
  check: (options: ConnectOptions) => void,
  given: MqttStreamOptions,
): () => Duplex {
  const { tls, ...connection } = readAnyOptions(given, 'options') as unknown as MqttStreamOptions;
  check(connection);
  const checked = checkedTls(tls);
  return () => {
    try {
      const socket = connect(connection);
      return tls === undefined ? socket : secured(socket, connection.host, checked);
    } catch (error) {
      return new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() }).destroy(
        asModemError(error),
      );
    }
  };
}
