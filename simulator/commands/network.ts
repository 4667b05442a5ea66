/** Finding the network: registration, attachment, signal, operator (27.007 §7). */
import { Refusal } from '../errors.ts';
import type { Domain } from '../registration.ts';
import type { Call, Command, CommandTable } from './command.ts';

function registrationCommand(domain: Domain): Command {
  return {
    test: `+${domain}: (0-2)`,
    read: ({ firmware, reply }) => reply.info(firmware.registration.describe(domain)).final('OK'),
    write: ({ firmware, reply, fields }) => {
      fields.expectCount(1, 1);
      firmware.registration.setReporting(domain, fields.integer(0, 'n', 0, 2));
      reply.final('OK');
    },
  };
}

function attach({ firmware, reply, fields }: Call): void {
  fields.expectCount(1, 1);
  const attached = fields.integer(0, 'state', 0, 1) === 1;
  if (attached && firmware.registration.status !== 1) throw new Refusal({ cme: 30 });
  firmware.registration.setAttached(attached);
  reply.final('OK');
  if (!attached) firmware.loseContext();
}

/** See the head of the file.
 *
 * @param domains those that the generation has a registration command for.
 */
export const networkCommands = (domains: readonly Domain[]): CommandTable => ({
  ...Object.fromEntries(domains.map((domain) => [`+${domain}`, registrationCommand(domain)])),
  '+CSQ': {
    test: '+CSQ: (0-31,99),(0-7,99)',
    execute: ({ firmware, reply }) => {
      const strength = firmware.registration.status === 1 ? 22 : 99;
      reply.info(`+CSQ: ${strength},99`).final('OK');
    },
  },
  '+CGATT': {
    test: '+CGATT: (0,1)',
    read: ({ firmware, reply }) =>
      reply.info(`+CGATT: ${firmware.registration.isAttached ? 1 : 0}`).final('OK'),
    write: attach,
  },
  '+COPS': {
    read: ({ firmware, reply }) => {
      const { accessTechnology } = firmware.hardware.profile;
      const operator = firmware.registration.status === 1 ? `,0,"Test PLMN 1-1",${accessTechnology}` : '';
      reply.info(`+COPS: 0${operator}`).final('OK');
    },
  },
});
