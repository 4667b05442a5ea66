/** Boot, power and network notices of every module (protocol.md §4, D25; TS 27.005, TS 27.007). */
import type { Field } from '../../streams/fields.ts';
import { numberAt, textAt } from './arguments.ts';
import type { RegistrationStatus } from './dialect.ts';
import type { UrcRow } from './wire.ts';

function valueRow(prefix: string, name: 'cfun' | 'qusim' | 'ctzv'): UrcRow {
  return {
    prefix,
    read: ([value]) => (value === undefined || value === '' ? undefined : { name, value }),
  };
}

/** Unsolicited form: the state alone, or the state and quoted cell data. An answer that comes too late has the mode in
 * front of the state (TS 27.007 §7.2). */
function registrationRow(prefix: string, domain: RegistrationStatus['domain']): UrcRow {
  return {
    prefix,
    read: (fields: readonly Field[]) => {
      const state = numberAt(fields, 1) ?? numberAt(fields, 0);
      return state === undefined ? undefined : { name: 'registration', domain, state, fields };
    },
  };
}

export const commonUrcs: readonly UrcRow[] = [
  { prefix: 'RDY', exact: true, read: () => ({ name: 'ready', text: 'RDY' }) },
  { prefix: 'APP RDY', exact: true, read: () => ({ name: 'app_ready', text: 'APP RDY' }) },
  { prefix: 'NORMAL POWER DOWN', exact: true, read: () => ({ name: 'powered_down' }) },
  { prefix: 'POWERED DOWN', exact: true, read: () => ({ name: 'powered_down' }) },
  { prefix: 'UNDER_VOLTAGE', exact: true, read: () => ({ name: 'under_voltage' }) },
  { prefix: 'Call Ready', exact: true, read: () => ({ name: 'call_ready' }) },
  valueRow('+CFUN', 'cfun'),
  valueRow('+QUSIM', 'qusim'),
  valueRow('+CTZV', 'ctzv'),
  { prefix: '+CPIN', read: (_, { text }) => ({ name: 'cpin', state: text }) },
  { prefix: '+QIND', read: (fields) => ({ name: 'qind', what: textAt(fields, 0) ?? '' }) },
  { prefix: '+CMT', textFollows: true, read: (fields) => ({ name: 'cmt', fields }) },
  registrationRow('+CREG', 'circuit'),
  registrationRow('+CGREG', 'packet'),
  registrationRow('+CEREG', 'eps'),
];
