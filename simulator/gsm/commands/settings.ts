/** Commands of gsm that only set something: for the module (gsm §5.3, chapter 9) or for the foreground context. */
import { type Call, type Command, type CommandTable, type Handler, ok } from '../../commands/command.ts';
import { invalid, Refusal } from '../../errors.ts';
import type { Firmware } from '../../firmware.ts';
import type { GsmContext } from '../stack.ts';

/** Longest wait of AT+QIAUTOS in seconds; not given by the manual. */
const AUTOS_MAX_S = 100;
const PORT_MAX = 65_535;

/** An option of the whole module that is 0 or 1. */
function flagCommand(name: string): Command {
  return {
    family: 'tcpip',
    test: `+${name}: (0,1)`,
    read: ({ firmware, reply }) => reply.info(`+${name}: ${firmware.settings.value(name)}`).final('OK'),
    write: ({ firmware, reply, fields }) => {
      fields.expectCount(1, 1);
      firmware.settings.set(name, [fields.integer(0, 'value', 0, 1)]);
      reply.final('OK');
    },
  };
}

/** A number of the foreground context. `set` may refuse it. */
function contextCommand(
  name: string,
  [min, max]: readonly [number, number],
  get: (context: GsmContext) => number,
  set: (context: GsmContext, value: number, firmware: Firmware) => void,
): Command {
  return {
    family: 'tcpip',
    test: `+${name}: (${min},${max})`,
    read: ({ firmware, reply }) => reply.info(`+${name}: ${get(firmware.gsm.foreground)}`).final('OK'),
    write: ({ firmware, reply, fields }) => {
      fields.expectCount(1, 1);
      const value = fields.integer(0, 'value', min, max);
      const context = firmware.gsm.foreground;
      if (value !== get(context)) set(context, value, firmware);
      reply.final('OK');
    },
  };
}

/** The session modes are fixed once the context is on its way (gsm §5.6). */
function needInitial(context: GsmContext): void {
  if (!context.isInitial) throw new Refusal({ code: 572 });
}

function setMux(context: GsmContext, value: number): void {
  needInitial(context);
  // gsm §2.1: several connections only in non-transparent mode.
  if (value === 1 && context.mode === 1) invalid('AT+QIMUX=1 needs AT+QIMODE=0 (gsm §2.1)');
  context.mux = value;
}

function setMode(context: GsmContext, value: number, { gsm }: Firmware): void {
  needInitial(context);
  if (value === 1 && context.mux === 1) invalid('AT+QIMODE=1 needs AT+QIMUX=0 (gsm §2.1)');
  if (value === 1 && gsm.besides(context).pdp.state !== 'deactivated') {
    invalid('no transparent mode while the other context is active (gsm §7.2)');
  }
  context.mode = value;
}

function setPacking({ firmware, reply, fields }: Call): void {
  fields.expectCount(1, 4);
  const context = firmware.gsm.foreground;
  const [retries, wait, size, escapes] = context.transparent;
  context.transparent = [
    fields.integer(0, 'retries', 0, 10, retries),
    fields.integer(1, 'wait', 0, 99, wait),
    fields.integer(2, 'size', 1, 1460, size),
    fields.integer(3, 'escape', 0, 1, escapes),
  ];
  reply.final('OK');
}

function setTimedSend({ firmware, reply, fields }: Call): void {
  fields.expectCount(1, 2);
  const isOn = fields.integer(0, 'mode', 0, 1) === 1;
  const { afterS } = firmware.gsm.timedSend;
  firmware.gsm.timedSend = { isOn, afterS: fields.integer(1, 'time', 0, AUTOS_MAX_S, afterS) };
  reply.final('OK');
}

function setPort({ firmware, reply, fields }: Call): void {
  fields.expectCount(2, 2);
  const name = fields.string(0, 'mode', 3).toUpperCase();
  if (name !== 'TCP' && name !== 'UDP') invalid(`mode must be "TCP" or "UDP", got ${name}`);
  // The port may stand in quotes (gsm §3.1 does so in AT+QIOPEN).
  firmware.gsm.ports[name] = portOf(fields, 1);
  reply.final('OK');
}

/** Reads a port, with or without quotes. */
export function portOf(fields: Call['fields'], at: number): number {
  if (!fields.isQuoted(at)) return fields.integer(at, 'port', 1, PORT_MAX);
  const text = fields.string(at, 'port', 5);
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > PORT_MAX)
    invalid(`port must be 1 to ${PORT_MAX}, got ${text}`);
  return port;
}

/** AT+QINDI is "not supported by default" (gsm §5.3.2): some modules refuse every form of it. */
function withIndication(handler: Handler | undefined): Handler {
  return (call) => {
    if (!call.firmware.hardware.hasIndication || handler === undefined) throw new Refusal({ code: 555 });
    if (typeof handler === 'function') handler(call);
    else call.reply.info(handler).final('OK');
  };
}

function indicationCommand({ test, read, write }: Command): Command {
  return {
    family: 'tcpip',
    test: withIndication(test),
    read: withIndication(read),
    write: withIndication(write),
  };
}

/** See the head of the file. */
export const gsmSettingCommands: CommandTable = {
  '+QIHEAD': flagCommand('QIHEAD'),
  '+QISHOWRA': flagCommand('QISHOWRA'),
  '+QISHOWLA': flagCommand('QISHOWLA'),
  '+QISHOWPT': flagCommand('QISHOWPT'),
  '+QSCLK': flagCommand('QSCLK'),
  '+QINDI': indicationCommand(flagCommand('QINDI')),
  '+QIMUX': contextCommand('QIMUX', [0, 1], ({ mux }) => mux, setMux),
  '+QIMODE': contextCommand('QIMODE', [0, 1], ({ mode }) => mode, setMode),
  '+QIDNSIP': contextCommand(
    'QIDNSIP',
    [0, 1],
    ({ byName }) => byName,
    (context, value) => {
      context.byName = value;
    },
  ),
  '+QISRVC': contextCommand(
    'QISRVC',
    [1, 2],
    ({ service }) => service,
    (context, value) => {
      context.service = value;
    },
  ),
  '+QIFGCNT': {
    family: 'tcpip',
    test: '+QIFGCNT: (0,1)',
    read: ({ firmware, reply }) => reply.info(`+QIFGCNT: ${firmware.gsm.foregroundId}`).final('OK'),
    write: (call) => {
      call.fields.expectCount(1, 1);
      call.firmware.gsm.foregroundId = call.fields.integer(0, 'id', 0, 1);
      ok(call);
    },
  },
  '+QITCFG': {
    family: 'tcpip',
    test: '+QITCFG: (0-10),(0-99),(1-1460),(0,1)',
    read: ({ firmware, reply }) =>
      reply.info(`+QITCFG: ${firmware.gsm.foreground.transparent.join(',')}`).final('OK'),
    write: setPacking,
  },
  '+QIAUTOS': {
    family: 'tcpip',
    test: `+QIAUTOS: (0,1),(0-${AUTOS_MAX_S})`,
    read: ({ firmware, reply }) => {
      const { isOn, afterS } = firmware.gsm.timedSend;
      reply.info(`+QIAUTOS: ${isOn ? 1 : 0},${afterS}`).final('OK');
    },
    write: setTimedSend,
  },
  '+QILPORT': {
    family: 'tcpip',
    test: `+QILPORT: ("TCP","UDP"),(1-${PORT_MAX})`,
    read: ({ firmware, reply }) => {
      const { TCP, UDP } = firmware.gsm.ports;
      reply.info(`TCP: ${TCP}`, `UDP: ${UDP}`).final('OK');
    },
    write: setPort,
  },
};
