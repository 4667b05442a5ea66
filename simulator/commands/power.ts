/** Power, functionality, clock, and where notices go. */
import { clockText } from '../calendar.ts';
import { invalid } from '../errors.ts';
import type { Call, CommandTable } from './command.ts';

const URC_PORTS = ['usbat', 'usbmodem', 'uart1'];

function setFunctionality({ firmware, reply, fields }: Call): void {
  fields.expectCount(1, 2);
  const level = fields.integer(0, 'fun', 0, 4);
  const reset = fields.integer(1, 'rst', 0, 1, 0);
  if (level !== 0 && level !== 1 && level !== 4) invalid(`fun must be 0, 1 or 4, got ${level}`);
  reply.final('OK');
  if (reset === 1) {
    firmware.timers.after(firmware.hardware.timing.powerDownMs, () => firmware.hardware.restart());
    return;
  }
  if (level !== 1) firmware.loseContext();
  firmware.registration.setRadio(level === 1);
}

function powerDown({ firmware, reply, fields, body }: Call): void {
  if (body !== '') {
    fields.expectCount(1, 1);
    fields.integer(0, 'n', 0, 1);
  }
  reply.final('OK');
  firmware.timers.after(firmware.hardware.timing.powerDownMs, () => {
    const { powerDownNotice } = firmware.hardware.profile;
    firmware.say(powerDownNotice, powerDownNotice);
    // What is on the line still goes out.
    firmware.hardware.output.whenBelow(0, () => firmware.hardware.switchOff());
  });
}

function configureUrcPort({ firmware, reply, fields }: Call): void {
  fields.expectCount(1, 2);
  const name = fields.string(0, 'name', 16);
  if (name.toLowerCase() !== 'urcport') invalid(`unknown option ${name}`);
  const { memory } = firmware.hardware;
  if (!fields.has(1)) {
    reply.info(`+QURCCFG: "urcport","${memory.urcPort}"`).final('OK');
    return;
  }
  const port = fields.string(1, 'urcport', 16);
  if (!URC_PORTS.includes(port)) invalid(`urcport must be one of ${URC_PORTS.join(', ')}, got ${port}`);
  memory.urcPort = port;
  reply.final('OK');
}

/** See the head of the file. */
export const powerCommands: CommandTable = {
  '+CFUN': {
    test: '+CFUN: (0,1,4),(0,1)',
    read: ({ firmware, reply }) =>
      reply.info(`+CFUN: ${firmware.registration.isRadioOn ? 1 : 4}`).final('OK'),
    write: setFunctionality,
  },
  '+QPOWD': { test: '+QPOWD: (0,1)', execute: powerDown, write: powerDown },
  '+CCLK': {
    read: ({ firmware, reply }) =>
      reply.info(`+CCLK: "${clockText(firmware.hardware.clock.now()).slice(2)}"`).final('OK'),
  },
};

/** Where notices go: only on modules with more than one port. */
export const urcPortCommands: CommandTable = {
  '+QURCCFG': {
    test: `+QURCCFG: "urcport",(${URC_PORTS.map((port) => `"${port}"`).join(',')})`,
    write: configureUrcPort,
  },
};
