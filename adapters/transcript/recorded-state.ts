/** What the host of a recorded dialogue knew before its first byte. */
import type { KnownState, SocketState } from '../../streams/host-state.ts';
import type { AccessMode } from '../dialects/dialect.ts';
import type { SettingName } from '../dialects/wire.ts';
import { unreadable } from './bad-input.ts';

/** The member `state` of a transcript, as it stands in the file. */
export type RecordedState = Readonly<Record<string, unknown>>;

const ACCESS_MODES: readonly AccessMode[] = ['buffer', 'push', 'transparent'];
const SETTINGS: readonly SettingName[] = ['qisde', 'mux', 'qimode', 'qihead', 'qishowra', 'qishowla'];
const OPTIONS: Readonly<Record<string, string>> = {
  recvind: 'recvind',
  viewmode: 'viewmode',
  sendinfo: 'sendinfo',
  close_mode: 'close/mode',
  formatcfg: 'formatcfg',
  showlength: 'showlength',
};
/** They change nothing here: an echo is recognised by its text, a header shows by itself whether it has a protocol, and
 * the notices of AT+QINDI have a form of their own. */
const IGNORED = new Set(['echo', 'qindi', 'qishowpt']);

function bit(name: string, value: unknown): number {
  if (value === 0 || value === 1) return value;
  throw unreadable(`state.${name} must be 0 or 1, got ${JSON.stringify(value)}`);
}

function bySocket<T>(name: string, value: unknown, read: (item: unknown) => T | undefined): Map<number, T> {
  if (typeof value !== 'object' || value === null) throw unreadable(`state.${name} must be an object`);
  return new Map(
    Object.entries(value).map(([key, item]) => {
      const known = read(item);
      if (!/^\d{1,2}$/.test(key) || known === undefined) {
        throw unreadable(
          `state.${name} has ${JSON.stringify(key)}: ${JSON.stringify(item)}, which is no such value`,
        );
      }
      return [Number(key), known];
    }),
  );
}

function socketsOf(state: RecordedState): ReadonlyMap<number, SocketState> {
  const modes = bySocket('access_mode', state['access_mode'] ?? {}, (item) => ACCESS_MODES[Number(item)]);
  const services = bySocket('service_type', state['service_type'] ?? {}, (item) =>
    typeof item === 'string' ? item.toUpperCase() : undefined,
  );
  const ids = new Set([...modes.keys(), ...services.keys()]);
  return new Map(
    [...ids].map((id) => {
      const [mode, service] = [modes.get(id), services.get(id)];
      return [id, { ...(mode && { mode }), ...(service && { service }) }];
    }),
  );
}

function dataFormat(value: unknown): readonly number[] {
  if (!Array.isArray(value) || value.length !== 2)
    throw unreadable('state.dataformat must be a list of two bits');
  return value.map((item) => bit('dataformat', item));
}

/** Reads the member `state`.
 *
 * @throws INVALID_ARGUMENT that names the member that is wrong or unknown.
 */
export function stateOf(state: RecordedState): KnownState {
  const settings: Partial<Record<SettingName, number>> = {};
  const options: Record<string, readonly number[]> = {};
  for (const [name, value] of Object.entries(state)) {
    const setting = SETTINGS.find((one) => one === name);
    const option = OPTIONS[name];
    if (setting) settings[setting] = bit(name, value);
    else if (option) options[option] = [bit(name, value)];
    else if (name === 'dataformat') options['dataformat'] = dataFormat(value);
    else if (!['access_mode', 'service_type', 'data_mode'].includes(name) && !IGNORED.has(name)) {
      throw unreadable(`state.${name} is not known`);
    }
  }
  return { settings, options, sockets: socketsOf(state), isInDataMode: state['data_mode'] === true };
}
