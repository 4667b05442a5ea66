/** Reading, options and the last error (lte §2.1.8, §2.1.15, §2.1.17). */
import { invalid, Refusal } from '../errors.ts';
import type { VirtualSocket } from '../virtual-socket.ts';
import { addressFields } from '../wording.ts';
import type { Call, CommandTable } from './command.ts';
import { connectId } from './sockets.ts';

/** Longest read (lte §2.1.8), also the default. */
const READ_LIMIT_BYTES = 1500;

function read(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(1, 2);
  const socket = firmware.sockets.get(connectId(call));
  if (socket?.isListener) throw new Refusal({ code: 572 });
  if (
    socket?.request.service === 'UDP SERVICE' &&
    fields.count === 2 &&
    fields.integer(1, 'read_length', 0, READ_LIMIT_BYTES) > 0
  ) {
    invalid('a UDP SERVICE is read without a length (lte §2.1.8)');
  }
  const length = fields.integer(1, 'read_length', 0, READ_LIMIT_BYTES, READ_LIMIT_BYTES);
  if (socket === undefined) throw new Refusal({ code: 567 });
  if (length === 0) {
    const { receivedBytes: total, unreadBytes: unread } = socket;
    reply.info(`+QIRD: ${total},${total - unread},${unread}`).final('OK');
    return;
  }
  answerWithPayload(call, socket, length);
}

/** Answers with what is in the receive buffer, up to a length: `+QIRD: <n>` and the bytes. */
export function answerWithPayload({ firmware, reply }: Call, socket: VirtualSocket, length: number): void {
  const { bytes: payload, from } = socket.read(length);
  if (payload.length === 0) {
    reply.info('+QIRD: 0').final('OK');
    return;
  }
  firmware.hardware.faults.bytesMoved(payload.length);
  const source = from === undefined ? '' : addressFields(from);
  const { separator } = firmware.settings;
  reply
    .payload(`+QIRD: ${payload.length}${source}`, separator, firmware.settings.formatted(payload))
    .final('OK');
}

function configure({ firmware, reply, fields }: Call): void {
  const name = fields.string(0, 'option', 20);
  const option = firmware.settings.rules[name.toLowerCase()];
  if (option === undefined) {
    invalid(`unknown option ${name}`);
    return;
  }
  if (fields.count === 1) {
    const values = firmware.settings.values(name.toLowerCase());
    reply.info(`+QICFG: "${name}",${values.join(',')}`).final('OK');
    return;
  }
  fields.expectCount(1 + (option.required ?? option.limits.length), 1 + option.limits.length);
  const given = option.limits.slice(0, fields.count - 1);
  const values = given.map(([label, min, max], at) => fields.integer(at + 1, label, min, max));
  firmware.settings.set(name.toLowerCase(), values);
  reply.final('OK');
  firmware.sockets.acceptWaiting();
}

function listOptions({ firmware, reply }: Call): void {
  const { optionSeparator, options } = firmware.hardware.profile;
  const lines = Object.entries(options).map(
    ([name, { shown }]) => `+QICFG: "${name}"${optionSeparator}${shown}`,
  );
  reply.info(...lines).final('OK');
}

/** See the head of the file. */
export const receivingCommands: CommandTable = {
  '+QIRD': { family: 'tcpip', test: '+QIRD: (0-11),(0-1500)', write: read },
  '+QICFG': { family: 'tcpip', test: listOptions, write: configure },
  '+QIGETERROR': {
    family: 'tcpip',
    keepsLastError: true,
    test: '',
    execute: ({ firmware, reply }) => {
      const code = firmware.lastError;
      const { errorTexts, errorTextSeparator } = firmware.hardware.profile;
      reply
        .info(`+QIGETERROR: ${code}${errorTextSeparator}${errorTexts[code] ?? 'unknown error'}`)
        .final('OK');
    },
  },
};
